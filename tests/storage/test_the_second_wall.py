"""PostgreSQL itself refuses: checks 22, 39 and 48. The role that serves pages can neither change the record and the
logs nor take the wall down, and reads no child of whom nobody has said for whom, or who is not theirs.

Scenes are set by the owner; what is tried is tried as the role. The role is taken on with SET ROLE, so that all of it
is undone with the test's transaction: what a role may do is asked of the current role, however it was taken on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from holdfast.access.actions import add_person, end_post, give_post, open_agency, open_in_an_emergency, record_reading
from holdfast.access.models import Person
from holdfast.access.queries import Reader, reader
from holdfast.access.rules import Act, Role
from holdfast.access.shields.actions import declare_conflict, put_shield
from holdfast.chronology.actions import append
from holdfast.chronology.kinds import Audience
from holdfast.chronology.models import EntryRow
from holdfast.chronology.verify import verify
from holdfast.config import second_wall
from holdfast.config.reading_as import reading_as
from tests.builders import a_child, a_draft

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime.now(UTC)


@pytest.fixture
def wall() -> None:
    assert second_wall.harden() == [], "tables that the second wall does not know"


def _person(username: str, agency: str, role: Role) -> Person:
    body = open_agency(code=agency, name=agency, kind=Audience.COUNCIL)
    person = add_person(username=username, first_name="", last_name=username, password="a long enough password")
    give_post(person=person, agency=body, role=role, begins_on=(NOW - timedelta(days=9)).date())
    return person


@pytest.fixture
def okafor(wall: None) -> Person:
    return _person("okafor", "MAR", Role.DUTY_MANAGER)


@pytest.fixture
def hale(wall: None) -> Person:
    return _person("hale", "ELS", Role.DUTY_MANAGER)


@pytest.fixture
def tuan(wall: None) -> str:
    return a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Tuan"),
                   a_draft("missing.noticed", "2026-11-20T22:40Z"))  # fmt: skip


@contextmanager
def as_the_role(person: Person | None = None) -> Iterator[None]:
    def take(role: str) -> None:
        connection.connection.execute(role)

    take("SET CONSTRAINTS ALL IMMEDIATE")
    take(f"SET ROLE {second_wall.ROLE}")
    try:
        if person is None:
            yield
        else:
            with reading_as(person.pk):
                yield
    finally:
        take("RESET ROLE")


def _try(sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


def test_every_table_is_held_before_any_right_is_changed():
    """Else the database's own sweeping, which waits for a changed right and holds the next table, stands against it."""
    with CaptureQueriesContext(connection) as said:
        second_wall.harden()
    words = [query["sql"].lstrip() for query in said if not query["sql"].lstrip().startswith(("SELECT", "SAVEPOINT"))]
    assert words[0].startswith("LOCK TABLE")
    with connection.cursor() as cursor:
        assert all(f'"{table}"' in words[0] for table in connection.introspection.table_names(cursor))


FORBIDDEN = [
    "UPDATE chronology_entry SET details = NULL, salt = NULL",
    "UPDATE chronology_entry SET kind = 'x'",
    "DELETE FROM chronology_entry",
    "TRUNCATE chronology_entry CASCADE",
    "DELETE FROM chronology",
    "UPDATE chronology SET ref = 'AAAA-AAAA'",
    "UPDATE access_reading SET page = 'x'",
    "DELETE FROM access_reading",
    "DELETE FROM access_readingof",
    "TRUNCATE access_reading CASCADE",
    "DELETE FROM access_shield",
    "UPDATE access_conflict SET reason = 'x'",
    "DELETE FROM access_emergency",
    "INSERT INTO access_post (person_id, agency_id, role, begins_on) VALUES (1, 'MAR', 'duty-manager', now())",
    "UPDATE access_person SET is_superuser = true",
    "SELECT * FROM returns_delivery",
    "ALTER TABLE chronology_entry DISABLE TRIGGER USER",
    "ALTER TABLE chronology_entry DISABLE TRIGGER entry_never_changes",
    "ALTER TABLE chronology_entry DISABLE ROW LEVEL SECURITY",
    "DROP TRIGGER entry_never_changes ON chronology_entry",
    "DROP POLICY second_wall_select ON chronology_entry",
    "ALTER POLICY second_wall_select ON chronology_entry USING (true)",
    "CREATE POLICY mine ON chronology_entry USING (true)",
    "CREATE OR REPLACE FUNCTION chronology_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE mine (words text)",
    "CREATE TEMPORARY TABLE mine (words text)",
    "GRANT UPDATE ON chronology_entry TO holdfast_app",
    "ALTER ROLE holdfast_app BYPASSRLS",
    "CREATE ROLE another",
    "SET session_replication_role = replica",
    "COPY chronology_entry TO PROGRAM 'cat'",
    "DROP TABLE chronology_entry CASCADE",
]


@pytest.mark.parametrize("act", FORBIDDEN)
def test_39_48_the_role_cannot_change_the_record_nor_take_the_wall_down(okafor: Person, tuan: str, act: str) -> None:
    before = EntryRow.objects.count()
    with as_the_role(okafor), pytest.raises(DatabaseError, match=r"denied|must be owner|no privileges"):
        # PostgreSQL gives a grant of nothing as a warning; asked again, the right must still be absent.
        _try(act)
        if act.startswith("GRANT"):
            _try("UPDATE chronology_entry SET kind = 'x'")
    assert EntryRow.objects.count() == before
    assert verify().is_whole


def test_48_the_role_owns_nothing_and_passes_nothing_by(wall: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s",
                       [second_wall.ROLE])  # fmt: skip
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [second_wall.ROLE])
        assert cursor.fetchone() == (0,)


def test_48_the_rights_on_every_table_are_those_that_are_written_down(wall: None) -> None:
    known = {
        **second_wall.CHILD_TABLES,
        **second_wall.PLAIN_TABLES,
        **{table: rights for table, (rights, _) in second_wall.STATED_TABLES.items()},
        **dict.fromkeys(second_wall.OPERATORS_TABLES, ""),
    }
    with connection.cursor() as cursor:
        assert set(connection.introspection.table_names(cursor)) == known.keys()
        for table, rights in known.items():
            for right in ("SELECT", "INSERT", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"):
                cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [second_wall.ROLE, table, right])
                assert cursor.fetchone() == (right in rights,), (table, right)


@pytest.mark.parametrize("table", [*second_wall.CHILD_TABLES, *second_wall.STATED_TABLES])
def test_22_nothing_of_a_child_is_there_when_nobody_says_who_reads(okafor: Person, tuan: str, table: str) -> None:
    record_reading(_at_work(okafor), Act.OPEN, [tuan], page="child", at=NOW)
    with as_the_role(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (0,)


def _at_work(person: Person) -> Reader:
    return reader(person, NOW)


def _rows(person: Person) -> int:
    with as_the_role(person):
        return EntryRow.objects.count()


def test_22_the_team_reads_its_child_and_nobody_else_does_even_without_a_condition(
    okafor: Person, hale: Person, tuan: str
) -> None:
    """The pages' own conditions are left out altogether: `SELECT * FROM chronology_entry`."""
    assert _rows(okafor) == EntryRow.objects.count() > 0
    assert _rows(hale) == 0


def test_22_a_shield_a_conflict_and_a_post_that_ended_close_the_child(okafor: Person, hale: Person, tuan: str) -> None:
    lowe = _person("lowe", "MAR", Role.DUTY_MANAGER)
    reid = _person("reid", "MAR", Role.SOCIAL_WORKER)
    put_shield(_at_work(okafor), tuan, named=["lowe"], reason="A threat", at=NOW)
    assert _rows(reid) == 0
    assert _rows(lowe) > 0
    declare_conflict(_at_work(okafor), tuan, username="lowe", reason="A cousin", at=NOW)
    assert _rows(lowe) == 0
    assert _rows(okafor) > 0
    gone = (NOW - timedelta(days=2)).date()
    end_post(person=okafor, agency=okafor.posts.get().agency, role=Role.DUTY_MANAGER, on=gone)
    assert _rows(okafor) == 0


def test_22_an_emergency_opening_opens_one_child_to_one_person(okafor: Person, hale: Person, tuan: str) -> None:
    a_child(agency="XYZ")
    with as_the_role(hale):
        open_in_an_emergency(_at_work(hale), tuan, reason="Found at a station at night", hours=1, at=NOW)
    with as_the_role(hale):
        assert set(EntryRow.objects.values_list("child", flat=True)) == {tuan}


def test_22_what_was_said_ends_with_the_request(okafor: Person, tuan: str) -> None:
    assert _rows(okafor) > 0
    with as_the_role():
        assert EntryRow.objects.count() == 0


@pytest.mark.parametrize(
    "deed",
    [
        "INSERT INTO access_reading (person_id, number, at, act, page, children, hash) "
        "VALUES ({other}, 9, now(), 'open', 'x', '{child}', 'x')",
        "INSERT INTO access_miss (person_id, at) VALUES ({other}, now())",
        "INSERT INTO access_shield (child_id, by_id, at, reason) VALUES ('{child}', {other}, now(), 'x')",
        "INSERT INTO access_emergency (id, child_id, person_id, reason, begins, ends) "
        "VALUES (gen_random_uuid(), '{child}', {other}, 'x', now(), now() + interval '1 hour')",
    ],
)
def test_22_nothing_is_written_in_somebody_elses_name(okafor: Person, hale: Person, tuan: str, deed: str) -> None:
    with as_the_role(hale):
        with pytest.raises(DatabaseError, match="row-level security"):
            _try(deed.format(other=okafor.pk, child=tuan))
        assert _try(f"UPDATE access_readerchain SET length = 99 WHERE person_id = {okafor.pk}") == 0
        assert _try("UPDATE access_readerchain SET length = 0") == 1


def test_48_what_pages_do_the_role_can_do(okafor: Person, tuan: str) -> None:
    """Append, which replaces read tables, and write down a reading."""
    with as_the_role(okafor):
        append(tuan, [a_draft("missing.returned", "2026-11-21T08:15Z")], by="okafor", agency="MAR", at=NOW)
        record_reading(_at_work(okafor), Act.OPEN, [tuan], page="child", at=NOW)
    assert verify().is_whole


def test_48_an_entry_that_takes_the_writers_own_tie_away_leaves_no_old_rows(okafor: Person, tuan: str) -> None:
    with as_the_role(okafor):
        moved = a_draft("care.transferred", "2026-01-06T09:00Z", to_authority="ELS")
        append(tuan, [moved], by="okafor", agency="MAR", at=NOW)
    assert verify().is_whole
    assert _rows(okafor) == 0


def test_the_wall_can_be_taken_down_and_built_again(okafor: Person, tuan: str) -> None:
    connection.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    second_wall.soften()
    with as_the_role(okafor), pytest.raises(DatabaseError, match="denied"):
        _try("SELECT count(*) FROM chronology_entry")
    second_wall.harden()
    assert _rows(okafor) > 0


def test_the_owner_is_told_that_it_is_no_role_for_a_server(wall: None) -> None:
    said = " ".join(second_wall.weaknesses())
    assert "passes by row-level security" in said
    with as_the_role():
        assert second_wall.weaknesses() == []
