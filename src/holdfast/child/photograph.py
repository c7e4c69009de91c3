"""A photograph made small and stripped of everything but the picture. Pure; Pillow does the reading of formats.

What a telephone writes beside a picture (where and when it was taken, its owner) never comes in: the picture is drawn
anew. The sizes are our own: enough to know a face on a telephone's screen, too little to enlarge.
"""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 12_000_000  # of what is sent
TOO_LARGE = f"The photograph must be smaller than {MOST_BYTES // 1_000_000} MB"
LONGEST_SIDE = 480  # dots
LARGEST = 40_000  # bytes of what is kept
# A small file can unpack to far more. A plain JPEG is made smaller while it is read; everything else is unpacked whole.
_MOST_DOTS = 16_000_000
_MOST_DOTS_OF_A_PLAIN_JPEG = 60_000_000  # no telephone makes a larger picture
TOO_MANY_DOTS = f"The photograph must have at most {_MOST_DOTS // 1_000_000} million dots: send a smaller one"
_ONE_AT_A_TIME = Lock()  # so that many pictures sent at once cost the memory of one
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITIES = (80, 65, 50, 35)


class NotAPhotograph(ValueError):
    """What was sent cannot be kept as a photograph; the message is for the person who sent it."""


def made_small(sent: bytes) -> bytes:
    """A JPEG of at most 480 dots a side and 40,000 bytes, upright, without metadata. Raises NotAPhotograph. One at a
    time in a process: another waits."""
    if not sent:
        raise NotAPhotograph("The file is empty")
    if len(sent) > MOST_BYTES:
        raise NotAPhotograph(TOO_LARGE)
    with _ONE_AT_A_TIME:
        plain = _drawn_anew(sent)
    for quality in _QUALITIES:
        kept = BytesIO()
        plain.save(kept, "JPEG", quality=quality, optimize=True)
        if kept.tell() <= LARGEST:
            return kept.getvalue()
    raise NotAPhotograph("The photograph cannot be made small enough: send another")


def _drawn_anew(sent: bytes) -> Picture:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(BytesIO(sent), formats=_FORMATS) as picture:
            if picture.width * picture.height > _most_dots(picture):
                raise NotAPhotograph(TOO_MANY_DOTS)
            picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # before it is turned: turning copies the whole
            drawn = ImageOps.exif_transpose(picture).convert("RGBA")
            plain = Image.new("RGB", drawn.size, "white")
            plain.paste(drawn, mask=drawn)
            return plain
    except NotAPhotograph:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPhotograph(TOO_MANY_DOTS) from None
    except UnidentifiedImageError:
        raise NotAPhotograph("The file must be a photograph: a JPEG, PNG or WebP") from None
    except Exception:  # whatever a damaged file makes a reader of pictures do, the person is told the same
        raise NotAPhotograph("The photograph is damaged and cannot be read") from None


def _most_dots(picture: Picture) -> int:
    is_plain = picture.format == "JPEG" and "progressive" not in picture.info
    return _MOST_DOTS_OF_A_PLAIN_JPEG if is_plain else _MOST_DOTS
