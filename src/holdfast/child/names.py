"""Names as they are searched for: a tired person types "nguyen", the record says "Nguyễn". Pure."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

LONGEST = 40
LAST_SIGN = "\U0010ffff"  # after every sign: what begins with a word lies between it and it with this
# Letters that are no other letter with a sign, and are typed as one by whoever does not have them.
_TYPED_AS = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_WORD = re.compile(r"[^\W_]+")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, each once, in small letters without accents: "Đức Al-Amin" gives duc, al, amin, alamin.

    A word with a sign in it is there in its parts and as a whole; scripts without capital letters stay as they are.
    """
    decomposed = normalize("NFKD", name.casefold().translate(_TYPED_AS))
    plain = "".join(sign for sign in decomposed if not combining(sign)).translate(_TYPED_AS)
    found: list[str] = []
    for written in plain.split():
        parts = _WORD.findall(written)
        found += parts if len(parts) < 2 else [*parts, "".join(parts)]
    return tuple(dict.fromkeys(word[:LONGEST] for word in found))
