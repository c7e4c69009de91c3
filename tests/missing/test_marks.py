"""Every writing of the same number, postcode, car, place or person is one mark; nothing else is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.chronology.story import Story
from holdfast.config.vocabulary import vocabulary
from holdfast.missing.link_kinds import MarkSort
from holdfast.missing.patterns import marks
from holdfast.missing.patterns.marks import Mark, in_free_words, marks_of
from tests.builders import at

NUMBER = Mark(MarkSort.PHONE, "+447700900123")
WRITINGS = [
    "07700900123", "07700 900123", "07700 900 123", "0770 090 0123", "077 0090 0123", "07700-900-123", "07700.900.123",
    "07700/900123", "(07700) 900123", "(07700)900123", "0 7 7 0 0 9 0 0 1 2 3", "+447700900123", "+44 7700 900123",
    "+44 7700 900 123", "+44 (0)7700 900123", "+44(0)7700900123", "(+44) 7700 900123", "+44-7700-900123",
    "0044 7700 900123", "00447700900123", "0044 (0) 7700 900123", "44 7700 900123", "447700900123", "+44 07700 900123",
    "０７７００９００１２３", "٠٧٧٠٠٩٠٠١٢٣", "۰۷۷۰۰۹۰۰۱۲۳",
    "07700\u00a0900123", "07700\u2009900\u2009123", "07700–900–123",
    "0\u200b7700900123", "07700   900123", "tel:+447700900123", "(07700 900123)", "07700_900_123", "“07700 900123”.",
]  # fmt: skip
NO_PHONES = [
    "24 11 2026 22 40", "0800 1111", "116 000", "999", "101", "0345 600 0000", "MP-4471", "077009001234", "7700900123",
    "£07,700", "1234567890", "0 0 0 0 0 0 0 0 0 0 0", "", "room 07", "0700 123 456",
]  # fmt: skip


def found(words: str) -> set[Mark]:
    return {mark for mark, _ in in_free_words(words)}


@pytest.mark.parametrize("words", WRITINGS)
def test_every_writing_of_a_number_is_the_same_mark(words: str) -> None:
    assert found(words) == {NUMBER}
    assert found(f"A man rang him from {words} twice") == {NUMBER}


@pytest.mark.parametrize("words", NO_PHONES)
def test_what_is_no_number_of_a_person_is_no_mark(words: str) -> None:
    assert not [mark for mark in found(words) if mark.sort is MarkSort.PHONE]


@given(
    st.text("0123456789", min_size=9, max_size=9),
    st.lists(st.sampled_from(["", " ", "-", ".", "  ", "\u00a0", "/"]), min_size=9, max_size=9),
    st.sampled_from(["0", "+44", "0044", "+44 (0)", "+44 "]),
)
def test_the_same_number_with_any_spacing_is_the_same_mark(digits: str, between: list[str], start: str) -> None:
    written = start + "7" + "".join(space + digit for space, digit in zip(between, digits, strict=True))
    assert found(written) == found(f"07{digits}") == {Mark(MarkSort.PHONE, f"+447{digits}")}


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_an_error(words: str) -> None:
    for mark, writing in in_free_words(words):
        assert mark.form and writing
    for read in marks.FIELDS.values():
        read(words)


def test_two_numbers_side_by_side_are_two_marks_and_a_number_abroad_is_one() -> None:
    assert {m.form for m in found("07700 900123 07700 900456")} == {"+447700900123", "+447700900456"}
    assert found("+84 90 123 4567") == found("0084901234567") == {Mark(MarkSort.PHONE, "+84901234567")}
    assert found("01632 960117") == found("+44 1632 960117") == {Mark(MarkSort.PHONE, "+441632960117")}


@pytest.mark.parametrize("words", ["ZZ1 1AA", "zz1 1aa", "zz11aa", "ＺＺ１　１ＡＡ", "at ZZ1  1AA, by the door"])
def test_every_writing_of_a_postcode_is_the_same_mark(words: str) -> None:
    assert found(words) == {Mark(MarkSort.POSTCODE, "ZZ11AA")}


@pytest.mark.parametrize("words", ["AB12 CDE", "ab12cde", "AB12-CDE", "a silver car, AB12 CDE, waited"])
def test_every_writing_of_a_registration_is_the_same_mark(words: str) -> None:
    assert found(words) == {Mark(MarkSort.VEHICLE, "AB12CDE")}
    assert marks.vehicle("ab 12 cde") == marks.vehicle("AB12 CDE")


def test_names_are_the_same_only_when_they_are_the_same_words() -> None:
    assert marks.person("Kevin  BROWN") == marks.person("kevin brown") == Mark(MarkSort.PERSON, "kevin brown")
    assert marks.person("Kevin Browne") != marks.person("Kevin Brown")
    assert marks.place("Riverside  Arcade.") == marks.place("riverside arcade")
    assert marks.online("@King_Z99") == marks.online("king_z99")


@pytest.mark.parametrize(
    "words",
    ["Mo", "Vietnamese man", "two Albanian men", "a Muslim boy", "Kurdish", "her boyfriend", "white", "tall Asian guy",
     "social worker", "Uncle T"],
)  # fmt: skip
def test_who_somebody_is_and_a_first_name_alone_are_never_compared(words: str) -> None:
    assert marks.person(words) is None


@pytest.mark.parametrize(
    "words",
    ["Marrowford railway station", "coach station", "St Jude’s School", "Marrowford Sixth Form", "the park", "hospital",
     "a car wash", "friend’s flat", "town", "Police Station", "London", "the mosque"],
)  # fmt: skip
def test_where_everybody_goes_and_what_is_only_a_kind_of_place_is_never_compared(words: str) -> None:
    assert marks.place(words) is None


def _story(*told: tuple[str, dict]) -> Story:
    words = vocabulary()
    entries = [
        Entry(
            str(n), "TRN2-6K4H", kind, Moment(at("2026-11-20T22:40Z")), at("2026-11-20T22:45Z"), words.read(kind, said)
        )
        for n, (kind, said) in enumerate(told)
    ]
    return Story.of("TRN2-6K4H", entries, words)


def test_the_childs_own_words_and_a_workers_number_are_not_read() -> None:
    story = _story(
        ("missing.interview_words", {"words": "He is 07700 900123"}),
        ("missing.noticed", {"noticed_by": "Sam, 07700 900124"}),
        ("missing.reported_to_police", {"call_taker": "07700 900125"}),
        ("missing.sighted", {"where": "he rang from 07700 900126"}),
    )
    assert [said.mark.form for said in marks_of(story)] == ["+447700900126"]


def test_the_home_and_the_number_that_is_answered_there_are_nobodys_pattern() -> None:
    story = _story(
        ("placement.started", {"home": "Riverside Lodge"}),
        ("missing.report_made", {"ring": "01632 960117"}),
        ("missing.named", {"places": ["riverside lodge", "Riverside Arcade"], "phones": ["(01632) 960 117"]}),
    )
    assert [said.mark.form for said in marks_of(story)] == ["riverside arcade"]


def test_a_very_long_hostile_text_is_read_in_no_time() -> None:
    began = time.perf_counter()
    for piece in ("0 ", "+0", "07", "(", "+44 (0)", "A1", "7" * 10 + " "):
        found(piece * (100_000 // len(piece)))
    assert time.perf_counter() - began < 3
