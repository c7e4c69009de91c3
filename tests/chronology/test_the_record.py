"""The record: appended to, never changed; a broken chain shows, and where."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from holdfast.access.keeping.rows import Erasure, ErasureAnswer
from holdfast.access.models import Person
from holdfast.chronology.actions import NotInForce, append, rebuild
from holdfast.chronology.draft import Draft
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.chronology.read_tables import fold, replace_rows
from holdfast.chronology.verify import verify
from holdfast.missing.models import EpisodeRow
from tests.builders import a_child, a_draft, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def tuan() -> str:
    return a_child(
        a_draft("child.named", "2026-01-05T09:00Z", first="Tuan"),
        a_draft("missing.noticed", "2026-11-20T22:40Z", noticed_by="Elm House"),
        a_draft("missing.returned", "2026-11-21T08:15Z"),
    )


def _tamper(sql: str, *values: object) -> None:
    """Change a row as somebody with the database in their hands could: with the triggers taken away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table has events pending and cannot be altered
            cursor.execute("ALTER TABLE chronology_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER entry_never_changes")
            cursor.execute("DROP TRIGGER entry_never_goes")
        cursor.execute(sql, values)


@pytest.mark.parametrize("change", ["UPDATE chronology_entry SET kind = 'x'", "DELETE FROM chronology_entry"])
def test_the_database_refuses_to_change_or_delete_an_entry(tuan: str, change: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert verify().is_whole


def test_details_can_be_erased_and_the_chain_stays_whole(tuan: str) -> None:
    named = EntryRow.objects.filter(child=tuan, kind="child.named")
    with pytest.raises(DatabaseError), transaction.atomic():
        named.update(details=None, salt=None)
    one, other = (Person.objects.create(username=name) for name in ("manager", "guardian"))
    decided = {"reason": "made up", "at": at("2026-11-23T10:00Z"), "role": "data-guardian"}
    asked = Erasure.objects.create(child_id=tuan, until=date(2026, 1, 1), law="made up", by=one, **decided)
    ErasureAnswer.objects.create(erasure=asked, is_approved=True, by=other, **decided)
    named.update(details=None, salt=None)
    rebuild()
    verdict = verify()
    assert verdict.is_whole and verdict.erased == 1
    assert stories([tuan])[tuan].last("child.named") is None, "what is erased does not stand"


def test_a_flipped_byte_is_found_and_named(tuan: str) -> None:
    _tamper("UPDATE chronology_entry SET details = replace(details, 'Tuan', 'Tuam') WHERE child_id = %s", tuan)
    (broken,) = verify().broken
    assert (broken.child, broken.number, broken.problem) == (tuan, 2, "the details were changed")


def test_a_changed_time_is_found(tuan: str) -> None:
    _tamper("UPDATE chronology_entry SET occurred_at = recorded_at WHERE child_id = %s AND number = 3", tuan)
    assert [(b.number, b.child) for b in verify().broken] == [(3, tuan)]


def test_a_removed_entry_is_found_in_the_middle_and_at_the_end(tuan: str) -> None:
    _tamper("DELETE FROM chronology_entry WHERE child_id = %s AND number = 2", tuan)
    (broken,) = verify().broken
    assert broken.number == 2
    assert "gone or moved" in broken.problem


def test_a_removed_last_entry_is_found(tuan: str) -> None:
    _tamper("DELETE FROM chronology_entry WHERE child_id = %s AND number = 4", tuan)
    (broken,) = verify().broken
    assert "should have 4 entries and has 3" in broken.problem


def test_a_reordered_pair_is_found(tuan: str) -> None:
    _tamper("UPDATE chronology_entry SET number = 99 WHERE child_id = %s AND number = 2", tuan)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE chronology_entry SET number = 2 WHERE child_id = %s AND number = 3", [tuan])
        cursor.execute("UPDATE chronology_entry SET number = 3 WHERE child_id = %s AND number = 99", [tuan])
    (broken,) = verify().broken
    assert broken.number == 2


def test_a_forged_head_is_found(tuan: str) -> None:
    Chronology.objects.filter(ref=tuan).update(head="f" * 64)
    (broken,) = verify().broken
    assert broken.number == 0


def test_a_read_table_that_says_something_else_is_found(tuan: str) -> None:
    EpisodeRow.objects.filter(child=tuan).update(ended_at=None)
    verdict = verify()
    assert verdict.read_tables_differ == [{"table": "missing_episode", "child": tuan}]
    rebuild()
    assert verify().is_whole


def test_the_same_fact_delivered_twice_is_one_entry(tuan: str) -> None:
    sighting = a_draft("missing.sighted", "2026-11-21T01:00Z", source="police", reference="77", where="station")
    first = append(tuan, [sighting], by="reid", agency="MARPOL", at=at("2026-11-21T01:10Z"))
    again = append(tuan, [sighting], by="reid", agency="MARPOL", at=at("2026-11-21T02:10Z"))
    assert (len(first.entries), len(again.entries), again.already_known) == (1, 0, 1)


def test_the_same_reference_with_another_content_is_a_correction(tuan: str) -> None:
    for where in ("station", "bus station"):
        draft = a_draft("missing.sighted", "2026-11-21T01:00Z", source="police", reference="77", where=where)
        done = append(tuan, [draft], by="reid", agency="MARPOL", at=at("2026-11-21T01:10Z"))
    assert done.corrections == 1
    assert stories([tuan])[tuan].last("missing.sighted").details.where == "bus station"


def test_the_second_of_two_people_who_correct_the_same_entry_is_told_what_changed(tuan: str) -> None:
    returned = stories([tuan])[tuan].last("missing.returned")
    earlier, later = Moment.parse("2026-11-21T06:00Z"), Moment.parse("2026-11-21T09:00Z")
    change = Draft("missing.returned", earlier, returned.details, corrects=returned.id)
    append(tuan, [change], by="okafor", agency="MAR", at=at("2026-11-22T10:00Z"))
    with pytest.raises(NotInForce) as told:
        second = Draft("missing.returned", later, returned.details, corrects=returned.id)
        append(tuan, [second], by="lowe", agency="MAR", at=at("2026-11-22T10:01Z"))
    assert told.value.now.occurred == earlier


def test_a_corrected_time_restates_the_picture_and_the_old_answer_is_kept(tuan: str) -> None:
    returned = stories([tuan])[tuan].last("missing.returned")
    change = Draft("missing.returned", Moment.parse("2026-11-21T06:00Z"), returned.details, corrects=returned.id)
    append(tuan, [change], by="okafor", agency="MAR", at=at("2026-11-22T10:00Z"))
    assert EpisodeRow.objects.get(child=tuan).returned_at == at("2026-11-21T06:00Z")
    before = stories([tuan], as_known_at=at("2026-11-22T09:59Z"))[tuan]
    assert before.last("missing.returned").occurred.at == at("2026-11-21T08:15Z")
    assert verify().is_whole


def test_of_two_facts_of_one_moment_the_one_told_first_stands_first(tuan: str) -> None:
    kinds = ["care.started", "placement.started", "care.worker_allocated", "care.planned", "care.visited"]
    told = [a_draft(kind, "2026-02-01") for kind in kinds]
    append(tuan, told, by="okafor", agency="MAR", at=at("2026-02-02T09:00Z"))
    day = Moment.parse("2026-02-01")
    assert [e.kind for e in stories([tuan])[tuan].standing if e.occurred == day] == kinds


def test_what_a_read_table_refuses_is_raised_as_of_django_and_the_rows_before_stay(tuan: str) -> None:
    twice = [[*rows, *rows] for rows in fold([stories([tuan])[tuan]])]
    with pytest.raises(IntegrityError), transaction.atomic():
        replace_rows([tuan], twice)
    assert EpisodeRow.objects.filter(child=tuan).count() == 1
