"""Names as people type them."""

from __future__ import annotations

import pytest

from holdfast.child.names import LAST_SIGN, LONGEST, words_of


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Nguyễn Văn Tuấn", ("nguyen", "van", "tuan")),
        ("Đức", ("duc",)),
        ("Şükran Işık", ("sukran", "isik")),
        ("Al-Amin O'Neil", ("al", "amin", "alamin", "o", "neil", "oneil")),
        ("ሰላም ሃይለ", ("ሰላም", "ሃይለ")),
        ("محمد", ("محمد",)),
        ("Straße  Łukasz", ("strasse", "lukasz")),
        ("Anna anna ANNA", ("anna",)),
        ("  -- ''  ", ()),
        ("x" * 90, ("x" * LONGEST,)),
    ],
)
def test_words_are_without_case_and_accents_and_once(written: str, words: tuple[str, ...]) -> None:
    assert words_of(written) == words


@pytest.mark.parametrize("name", ["tu", "Tuan", "tuấn", "TU\U0001f600", "tuж"])
def test_what_begins_with_a_word_lies_between_it_and_it_with_the_last_sign(name: str) -> None:
    assert "tu" <= words_of(name)[0] < "tu" + LAST_SIGN
    assert not "tu" <= words_of("tv")[0] < "tu" + LAST_SIGN
