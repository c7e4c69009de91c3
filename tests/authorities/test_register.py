"""Which authority a name or a code means on a day."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from holdfast.authorities.register import Nation, NoSuchAuthority, authorities, authority, every_authority

SHARED = Path(__file__).parents[3] / "shared" / "law" / "codes" / "authorities.csv"
IN_2024, IN_2026 = date(2024, 6, 1), date(2026, 11, 22)


def test_the_four_nations_have_212_authorities_that_look_after_children():
    counts = {nation: len(authorities(IN_2026, nation)) for nation in Nation}
    assert counts == {Nation.ENGLAND: 153, Nation.WALES: 22, Nation.SCOTLAND: 32, Nation.NORTHERN_IRELAND: 5}
    assert len(authorities(IN_2026)) == 212


def test_surrey_becomes_two_authorities_in_2027():
    assert authority("Surrey", date(2027, 3, 31)).name == "Surrey"
    with pytest.raises(NoSuchAuthority, match="became East Surrey and West Surrey"):
        authority("Surrey", date(2027, 4, 1))
    assert len(authorities(date(2027, 4, 1))) == 213


def test_a_former_code_finds_the_same_authority():
    assert authority("E08000016", IN_2026) is authority("E08000038", IN_2026)
    assert authority("Barnsley", IN_2024).code(IN_2024) == "E08000016"
    assert authority("Barnsley", IN_2024).code(date(2025, 4, 1)) == "E08000038"
    assert authority("Dorset", date(2018, 1, 1)).code(date(2018, 1, 1)) == "E10000009"


def test_an_authority_that_ended_says_what_it_became():
    assert authority("Cumbria", date(2023, 3, 31)).name == "Cumbria"
    with pytest.raises(NoSuchAuthority, match="Cumbria ended on 31 March 2023 and became Cumberland and Westmorland"):
        authority("E10000006", IN_2024)
    with pytest.raises(NoSuchAuthority, match="begins on 1 April 2023"):
        authority("Cumberland", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Devon CC", "Devon"),
        ("devon county council", "Devon"),
        ("Bristol, City of", "Bristol"),
        ("Herefordshire, County of", "Herefordshire"),
        ("County Durham", "Durham"),
        ("Rhondda Cynon Taf", "Rhondda Cynon Taff"),
        ("London Borough of Barnet", "Barnet"),
        ("City of London", "City of London"),
        ("Hammersmith & Fulham", "Hammersmith and Fulham"),
        ("Belfast Health and Social Care Trust", "Belfast HSC Trust"),
    ],
)
def test_a_name_is_known_in_the_ways_it_is_written(written, name):
    assert authority(written, IN_2024).name == name


@pytest.mark.parametrize("written", ["", "Marrowshire", "North", "Eden", "England", "Devo"])
def test_part_of_a_name_or_another_body_is_never_guessed(written):
    with pytest.raises(NoSuchAuthority):
        authority(written, IN_2024)


def test_every_authority_is_found_by_its_name_and_each_of_its_codes():
    for one in every_authority():
        on = one.until or one.since or IN_2024
        assert authority(one.name, on) is one
        assert authority(one.official_name, on) is one
        for code in one.codes:
            assert authority(code.code, on) is one


@pytest.mark.shared
@pytest.mark.shared
def test_names_and_codes_are_those_of_the_shared_list():
    with SHARED.open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            one = authority(row["authority_id"], IN_2026)
            assert (one.name, one.region, one.code(IN_2026) or "") == (row["name"], row["region"], row["gss_code"])
