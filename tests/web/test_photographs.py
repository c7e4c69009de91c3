"""Photographs: made small, stripped, sealed, shown with a reading, to those who may know of them and to nobody else."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from holdfast.access.models import Reading
from holdfast.access.outgoing.scan import problems
from holdfast.access.vault import rotation
from holdfast.access.vault.rows import Photograph
from holdfast.child.photograph import LARGEST, LONGEST_SIDE, NotAPhotograph, made_small
from holdfast.child.profile import profile
from holdfast.chronology.queries import stories
from tests.web.conftest import TUAN
from tests.web.test_report_pages import hidden

SignIn = Callable[..., Client]
PAGE = f"/children/{TUAN}/photograph/new"
IMAGE = f"/children/{TUAN}/photograph"
SECRET = "Taken at 1 Hidden Street"


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), **extras: Any) -> bytes:
    """A picture with what a telephone writes beside it: a place, a remark, an orientation."""
    picture = Image.effect_noise(size, 40).convert("RGB")
    if kind == "JPEG":
        exif = picture.getexif()
        exif[0x0112], exif[0x010E] = 6, SECRET  # lies on its side; a description
        exif.get_ifd(0x8825)[1] = "N"  # where it was taken
        extras = {"exif": exif, "comment": SECRET.encode()} | extras
    sent = BytesIO()
    picture.save(sent, kind, **extras)
    return sent.getvalue()


def send(client: Client, data: bytes, name: str = "face.jpg", taken: str = "March 2026") -> Any:
    fields = hidden(client.get(PAGE)) | {"taken": taken, "picture": SimpleUploadedFile(name, data)}
    return client.post(PAGE, fields)


def test_a_photograph_is_made_small_upright_and_keeps_nothing_but_the_picture() -> None:
    sent = a_picture()
    assert SECRET.encode() in sent and len(problems("file.jpg", sent)) >= 2
    kept = made_small(sent)
    with Image.open(BytesIO(kept)) as small:
        assert small.format == "JPEG" and max(small.size) <= LONGEST_SIDE
        assert small.height > small.width, "it was turned upright"
        assert not small.getexif() and "comment" not in small.info
    assert len(kept) <= LARGEST and SECRET.encode() not in kept and problems("file.jpg", kept) == []


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_usual_formats_are_read_too(kind: str) -> None:
    assert made_small(a_picture(kind)).startswith(b"\xff\xd8")


def _plain(kind: str, size: tuple[int, int], **extras: Any) -> bytes:
    sent = BytesIO()
    Image.new("L", size).save(sent, kind, **extras)
    return sent.getvalue()


def test_a_plain_jpeg_of_many_dots_is_made_smaller_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a telephone's largest picture costs little: what is unpacked is never the whole."""
    unpacked, real = [], JpegImageFile.load

    def load(picture: Image.Image) -> Any:
        unpacked.append(picture.size)
        return real(picture)

    monkeypatch.setattr(JpegImageFile, "load", load)
    assert made_small(_plain("JPEG", (8064, 6048))).startswith(b"\xff\xd8")
    assert unpacked and max(max(size) for size in unpacked) <= 8064 // 4


def test_a_large_picture_is_made_small_before_it_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    turned, real = [], ImageOps.exif_transpose
    monkeypatch.setattr(ImageOps, "exif_transpose", lambda picture: turned.append(picture.size) or real(picture))
    made_small(a_picture("PNG"))
    assert turned == [(480, 360)]


def test_pictures_sent_at_once_are_unpacked_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, real, sent = [], [], Image.Image.thumbnail, a_picture(size=(60, 40))

    def slow(picture: Image.Image, *given: Any) -> None:
        inside.append(picture)
        time.sleep(0.02)
        most.append(len(inside))
        real(picture, *given)
        inside.remove(picture)

    monkeypatch.setattr(Image.Image, "thumbnail", slow)
    monkeypatch.setattr(JpegImageFile, "thumbnail", slow)
    with ThreadPoolExecutor(4) as people:
        assert len(list(people.map(made_small, [sent] * 4))) == 4
    assert most == [1, 1, 1, 1]


def test_two_photographs_at_once_leave_the_warnings_of_the_process_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The filters of warnings are the whole process's, not the thread's: reading a picture never touches them."""
    seen, real = [], Image.open
    monkeypatch.setattr(
        Image, "open", lambda *given, **named: seen.append(warnings.filters[:]) or real(*given, **named)
    )
    with warnings.catch_warnings():  # only so that this test leaves nothing behind
        warnings.simplefilter("default")
        before = warnings.filters[:]
        with ThreadPoolExecutor(2) as people:
            list(people.map(made_small, [a_picture(size=(60, 40))] * 2))
        assert seen == [before, before] and warnings.filters == before


def _bomb() -> bytes:
    sent = BytesIO()
    Image.new("1", (30_000, 30_000)).save(sent, "PNG")
    return sent.getvalue()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 not a picture", "must be a photograph"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "must be a photograph"),
        (a_picture("GIF"), "must be a photograph"),
        (a_picture()[:5000], "damaged"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, "must be a photograph"),
        (_bomb(), "at most 16 million dots"),
        (_plain("PNG", (4001, 4000)), "at most 16 million dots"),
        (_plain("WEBP", (16_000, 1_001)), "at most 16 million dots"),
        (_plain("JPEG", (4001, 4000), progressive=True), "at most 16 million dots"),
        (b"\xff\xd8" + b"x" * 12_000_001, "smaller than 12 MB"),
    ],
    ids=["empty", "pdf", "svg", "gif", "half", "hollow", "bomb", "png", "webp", "progressive", "huge"],
)
def test_what_is_no_photograph_is_refused_in_plain_words(sent: bytes, says: str) -> None:
    with pytest.raises(NotAPhotograph, match=says):
        made_small(sent)


@pytest.mark.django_db
def test_a_photograph_is_kept_sealed_and_shown_with_a_reading(signed_in: SignIn) -> None:
    client = signed_in("okafor")
    assert send(client, a_picture()).status_code == 302
    row = Photograph.objects.get()
    assert b"\xff\xd8" not in bytes(row.sealed)[:2] and b"JFIF" not in bytes(row.sealed)
    page = client.get(f"/children/{TUAN}/profile").content.decode()
    assert IMAGE in page and "Taken in March 2026" in page
    before = Reading.objects.count()
    shown = client.get(IMAGE)
    assert shown["Content-Type"] == "image/jpeg" and "no-store" in shown["Cache-Control"]
    assert shown.content.startswith(b"\xff\xd8") and len(shown.content) <= LARGEST
    assert Reading.objects.count() == before + 1 and Reading.objects.latest("pk").page == "photograph"
    entry = profile(stories([TUAN])[TUAN]).photograph
    assert entry is not None and entry.details.sentence() == "Photograph added, taken in March 2026"


@pytest.mark.django_db
def test_a_second_press_keeps_one_and_a_newer_photograph_takes_its_place(signed_in: SignIn) -> None:
    client = signed_in("okafor")
    fields = hidden(client.get(PAGE)) | {"taken": ""}
    for _ in range(2):
        client.post(PAGE, fields | {"picture": SimpleUploadedFile("a.jpg", a_picture())})
    assert Photograph.objects.count() == 1
    first = client.get(IMAGE).content
    send(client, a_picture("PNG"), "b.png")
    assert Photograph.objects.count() == 2 and client.get(IMAGE).content != first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "taken", "says"),
    [
        (b"words", "March 2026", "The file must be a photograph"),
        (b"", "March 2026", "The file is empty"),
        (None, "March 2026", "Choose a photograph"),
        (a_picture(), "spring", "Enter the month and the year"),
        (a_picture(), "March 2099", "The month must not lie ahead"),
        (a_picture(), "March 1990", "too old to know the child by"),
        (b"\xff\xd8" + b"x" * 13_000_000, "March 2026", "must be smaller than 12 MB"),
        (_plain("WEBP", (16_000, 1_001)), "March 2026", "must have at most 16 million dots"),
    ],
)
def test_what_is_wrong_is_said_beside_its_place_and_what_was_typed_stays(
    signed_in: SignIn, data: bytes | None, taken: str, says: str
) -> None:
    client = signed_in("okafor")
    fields: dict[str, Any] = hidden(client.get(PAGE)) | {"taken": taken}
    if data is not None:
        fields["picture"] = SimpleUploadedFile("a.jpg", data)
    told = client.post(PAGE, fields)
    page = told.content.decode()
    assert told.status_code == 200 and page.count(says) == 2, "in the summary and beside the field"
    assert f'value="{taken}"' in page and not Photograph.objects.exists()


@pytest.mark.django_db
def test_nobody_else_is_shown_it(signed_in: SignIn) -> None:
    send(signed_in("okafor"), a_picture())
    hale = signed_in("hale")
    assert hale.get(IMAGE).status_code == 404 and hale.get(PAGE).status_code == 404
    assert signed_in("okafor").get("/children/K7M2-0000/photograph").status_code == 404


@pytest.mark.django_db
def test_it_is_old_after_half_a_year_by_the_month_it_was_taken_in(signed_in: SignIn) -> None:
    send(signed_in("okafor"), a_picture(), taken="March 2026")
    known = profile(stories([TUAN])[TUAN])
    assert not known.is_photograph_old(datetime(2026, 8, 30, tzinfo=UTC))
    assert known.is_photograph_old(datetime(2026, 9, 2, tzinfo=UTC))


@pytest.mark.django_db
def test_it_can_be_sealed_anew_and_neither_moved_nor_deleted(signed_in: SignIn) -> None:
    client = signed_in("okafor")
    send(client, a_picture())
    shown, old = client.get(IMAGE).content, Photograph.objects.get().key
    rotation.new_key()
    rotation.rotate()
    assert Photograph.objects.get().key != old and client.get(IMAGE).content == shown
    assert rotation.verify_vault().is_whole
    for change in ("DELETE FROM access_photograph", "UPDATE access_photograph SET child_id = 'K7M2-0000'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    Photograph.objects.update(sealed=b"0" * 200)
    assert not rotation.verify_vault().is_whole
