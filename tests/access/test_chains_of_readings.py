"""The reading log is checked like the record, and against an anchor that was taken earlier."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from holdfast.access import anchor
from holdfast.access.actions import reading_link, record_reading
from holdfast.access.anchor import NotAnAnchor, differences, merkle, read, take
from holdfast.access.deeds import DEEDS
from holdfast.access.models import ReaderChain, Reading
from holdfast.access.queries import Reader
from holdfast.access.rules import Act, Role
from holdfast.access.shields.actions import declare_own_conflict
from holdfast.access.verify import verify_readings
from holdfast.chronology import chain
from holdfast.chronology.actions import append
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.rows import link_of
from tests.access.test_who_may_look import NOW, a_reader
from tests.builders import a_child, a_draft

pytestmark = pytest.mark.django_db


def _tamper(sql: str, *values: object, table: str = "access_reading") -> None:
    """Change a row as somebody with the database in their hands could: with the triggers taken away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_never_update")
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_never_delete")
        cursor.execute(sql, values)


@pytest.fixture
def grace() -> Reader:
    who, child, other = a_reader(Role.DUTY_MANAGER, "MAR"), a_child(), a_child()
    for minute in range(4):
        record_reading(who, Act.OPEN, [child, other], page="child", at=NOW + timedelta(minutes=minute))
    return who


def _broken() -> list[tuple[int, str]]:
    return [(b.number, b.problem) for b in verify_readings().broken]


def test_a_log_that_nobody_touched_is_whole(grace: Reader) -> None:
    verdict = verify_readings()
    assert (verdict.chains, verdict.readings, verdict.is_whole) == (1, 4, True)


@pytest.mark.parametrize(
    "change", ["page = 'law'", "act = 'correct'", "children = ''", "at = '2026-01-01 00:00+00:00'"]
)
def test_37_a_flipped_reading_is_found_and_named(grace: Reader, change: str) -> None:
    if connection.vendor == "sqlite":
        change = change.replace("+00:00", ":00")
    _tamper(f"UPDATE access_reading SET {change} WHERE number = 2")
    assert (2, "the reading was changed, moved or put in") in _broken()


def test_37_a_reading_whose_person_was_changed_is_found(grace: Reader) -> None:
    other = a_reader(Role.SOCIAL_WORKER, "LOW", name="lowe")
    _tamper("UPDATE access_reading SET person_id = %s WHERE number = 4", other.person.pk)
    assert {number for number, _ in _broken()} >= {4}


def test_37_two_readings_that_were_swapped_are_found(grace: Reader) -> None:
    _tamper("UPDATE access_reading SET number = 99 WHERE number = 2")
    _tamper("UPDATE access_reading SET number = 2 WHERE number = 3")
    _tamper("UPDATE access_reading SET number = 3 WHERE number = 99")
    assert _broken()[0][0] == 2


def test_37_a_removed_reading_is_found_in_the_middle_and_at_the_end(grace: Reader) -> None:
    _tamper("DELETE FROM access_readingof WHERE reading_id IN (SELECT id FROM access_reading WHERE number IN (2, 4))",
            table="access_readingof")  # fmt: skip
    _tamper("DELETE FROM access_reading WHERE number = 4")
    assert _broken()[0] == (4, "the chain should have 4 readings and has 3")
    _tamper("DELETE FROM access_reading WHERE number = 2")
    assert _broken() == [(2, "reading 2 is gone or moved: reading 3 stands there")]


def test_37_a_log_that_is_gone_whole_is_found(grace: Reader) -> None:
    _tamper("DELETE FROM access_readingof", table="access_readingof")
    _tamper("DELETE FROM access_reading")
    assert _broken() == [(1, "all 4 readings are gone")]


def test_37_a_forged_head_and_a_head_that_is_gone_are_found(grace: Reader) -> None:
    ReaderChain.objects.update(head="f" * 64)
    assert _broken() == [(0, "the head of the chain is not its last reading")]
    ReaderChain.objects.all().delete()
    assert _broken() == [(0, "the head of the chain is gone")]


def test_40_a_reading_hidden_from_one_child_is_found(grace: Reader) -> None:
    ref = Reading.objects.first().children.split()[0]
    _tamper("DELETE FROM access_readingof WHERE child_id = %s", ref, table="access_readingof")
    assert [number for number, problem in _broken() if "list of children" in problem] == [1, 2, 3, 4]


@pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
@pytest.mark.parametrize("model", DEEDS, ids=lambda m: m._meta.db_table)
def test_39_the_database_refuses_to_change_or_delete_a_decision(model: type, act: str) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
                [table],
            )
            assert cursor.fetchone() == (3,)
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            assert cursor.fetchone() == (2,)
    who, child = a_reader(Role.DUTY_MANAGER, "MAR"), a_child()
    _one_of(model, who, child)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table, key))


def _one_of(model: type, who: Reader, child: str) -> None:
    """A row of this table, and of those that it stands on."""
    made: dict[str, object] = {}
    texts = {"at": NOW, "begins": NOW, "ends": NOW + timedelta(hours=1), "reason": "made up", "note": "made up"}
    for f in model._meta.concrete_fields:
        if f.is_relation:
            other = f.related_model
            if other in DEEDS:
                _one_of(other, who, child)
                made[f.name] = other.objects.last()
            else:
                made[f.name] = who.person if other is type(who.person) else Chronology.objects.get(ref=child)
        elif f.name in texts:
            made[f.name] = texts[f.name]
        elif f.name in ("limit", "outcome"):
            made[f.name] = f.choices[0][0]
    model.objects.create(**made)


def test_38_an_anchor_holds_while_the_record_grows(grace: Reader) -> None:
    before = read(take(NOW).as_text())
    ref = Reading.objects.first().children.split()[0]
    append(ref, [a_draft("missing.noticed", "2026-11-20T22:40Z")], by="okafor", agency="MAR", at=NOW)
    record_reading(grace, Act.OPEN, [ref], page="child", at=NOW)
    assert differences(before) == []
    assert take(NOW).root != before.root


def test_38_a_chain_written_anew_from_its_beginning_is_whole_and_fails_the_anchor(grace: Reader) -> None:
    before = take(NOW)
    _tamper("UPDATE access_reading SET page = 'law' WHERE number = 1")
    previous = chain.START
    for row in Reading.objects.order_by("number"):
        previous = reading_link(previous, row.person_id, row.number, row.at, row.act, row.page, row.children)
        _tamper("UPDATE access_reading SET hash = %s WHERE id = %s", previous, row.pk)
    ReaderChain.objects.update(head=previous)
    assert verify_readings().is_whole
    assert "reading log of person" in differences(before)[0]


def test_38_a_tail_that_was_cut_off_with_its_head_fails_the_anchor(grace: Reader) -> None:
    before = take(NOW)
    _tamper("DELETE FROM access_readingof WHERE reading_id IN (SELECT id FROM access_reading WHERE number = 4)",
            table="access_readingof")  # fmt: skip
    _tamper("DELETE FROM access_reading WHERE number = 4")
    ReaderChain.objects.update(length=3, head=Reading.objects.get(number=3).hash)
    assert verify_readings().is_whole
    assert len(differences(before)) == 1


def test_38_a_chronology_written_anew_fails_the_anchor(grace: Reader) -> None:
    before = take(NOW)
    row = EntryRow.objects.first()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE chronology_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER entry_never_changes")
    row.recorded_by = "somebody else"
    EntryRow.objects.filter(pk=row.pk).update(recorded_by=row.recorded_by, hash=link_of(row, chain.START))
    Chronology.objects.filter(ref=row.child_id).update(head=link_of(row, chain.START))
    assert differences(before) == [
        f"The chronology of {row.child_id}: what was link 1 when the anchor was taken is not there any more"
    ]


def test_38_a_decision_that_was_changed_or_taken_away_fails_the_anchor(grace: Reader) -> None:
    ref = Reading.objects.first().children.split()[0]
    declare_own_conflict(grace, ref, reason="my niece", at=NOW)
    before = take(NOW)
    _tamper("UPDATE access_conflict SET reason = 'nothing'", table="access_conflict")
    assert differences(before) == ["A decision in access_conflict was changed"]
    _tamper("DELETE FROM access_conflict", table="access_conflict")
    assert differences(before) == ["1 chains or decisions of the anchor are gone"]


def test_38_an_anchor_names_no_child_and_cannot_be_edited(grace: Reader, settings: object) -> None:
    text = take(NOW).as_text()
    assert not any(ref in text for ref in Chronology.objects.values_list("ref", flat=True))
    assert "grace" not in text
    found = json.loads(text)
    found["ends"].pop()
    for wrong in (json.dumps(found), "", "[]", "{}", '{"format": 1}', text.replace("anchor/1", "anchor/2")):
        with pytest.raises(NotAnAnchor):
            read(wrong)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert "another installation" in differences(read(text))[0]


@given(st.lists(st.text(max_size=5), min_size=1, max_size=9), st.integers(0, 8), st.text(max_size=5))
def test_the_root_changes_with_every_leaf(leaves: list[str], place: int, instead: str) -> None:
    changed = [*leaves]
    changed[place % len(leaves)] = instead
    assert (merkle(changed) == merkle(leaves)) == (changed == leaves)
    assert merkle([*leaves, instead]) != merkle(leaves)


def test_the_commands_say_what_they_found(grace: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import holdfast.cli.record
    from holdfast.cli.main import app

    monkeypatch.setattr(holdfast.cli.record, "with_database", lambda: None)
    run, file = CliRunner(), tmp_path / "anchor.json"
    wrote = run.invoke(app, ["anchor", "--out", str(file)])
    assert wrote.exit_code == 0 and anchor.read(file.read_text()).root in wrote.output
    good = run.invoke(app, ["verify", "--anchor", str(file)])
    assert good.exit_code == 0 and "1 reading logs, 4 readings." in good.output and "Whole." in good.output
    _tamper("UPDATE access_reading SET page = 'law' WHERE number = 2")
    bad = run.invoke(app, ["verify"])
    assert bad.exit_code == 1 and "reading 2: the reading was changed" in bad.output and "Whole" not in bad.output
    said = json.loads(run.invoke(app, ["verify", "--json", "--anchor", str(file)]).output)
    assert said["readings"]["broken"][0]["number"] == 2 and said["anchor"] == []
    file.write_text("{}")
    assert run.invoke(app, ["verify", "--anchor", str(file)]).exit_code == 2
