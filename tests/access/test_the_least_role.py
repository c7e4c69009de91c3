"""PostgreSQL: the role of the pages can work, and can neither change the log nor switch off what protects it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from holdfast.access.anchor import DEEDS, DEMANDS, VAULT
from holdfast.access.least_role import ADDED_TO, CHANGED_IN, grants, too_much
from holdfast.access.models import Reading, ReadingOf
from holdfast.access.vault.rows import VaultRow
from holdfast.chronology.models import EntryRow
from tests.web.conftest import AMINA, TUAN, county, signed_in, static_folder  # noqa: F401

SignIn = Callable[..., Client]
WHY = "Visiting this afternoon for the statutory visit"


def test_48_every_table_that_is_only_added_to_is_named() -> None:
    """A new deed that nobody classified could be changed by the role of the pages."""
    deeds = {model._meta.db_table for model in (*DEEDS, *VAULT, *DEMANDS, Reading, ReadingOf, EntryRow)}
    assert deeds <= {*ADDED_TO, *CHANGED_IN}


def test_48_a_name_cannot_break_out_of_its_place() -> None:
    assert grants('a"; DROP TABLE x; --', [])[0].endswith('TO "a""; DROP TABLE x; --"')


@pytest.fixture
def as_pages(signed_in: SignIn) -> Iterator[None]:  # noqa: F811
    """From here on everything runs as the role of the pages."""
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS holdfast_pages")
        cursor.execute("CREATE ROLE holdfast_pages")
        for statement in grants("holdfast_pages", connection.introspection.table_names(cursor)):
            cursor.execute(statement)
        cursor.execute("SET ROLE holdfast_pages")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.postgres
@pytest.mark.django_db
def test_39_48_the_role_of_the_pages_can_do_the_work(
    signed_in: SignIn,  # noqa: F811
    as_pages: None,
    settings: Any,
    tmp_path: Any,
) -> None:
    settings.VAULT_KEYS = str(tmp_path / "vault.keys")
    okafor, manager = signed_in("okafor"), signed_in("manager")
    assert okafor.get("/missing").status_code == 200 and okafor.get(f"/children/{TUAN}").status_code == 200
    assert okafor.post(f"/children/{TUAN}/home", {"place": "address", "kept_value": "Carr Lane 3"}).status_code == 302
    shown = okafor.post(f"/children/{TUAN}/home/reveal", {"place": "address", "reason": WHY})
    assert "Carr Lane 3" in shown.content.decode()
    asked = {"asked_by": "Home Office", "asker": "J", "purpose": "enforcement", "wants": "both"}
    assert okafor.post(f"/children/{TUAN}/requests", asked).status_code == 302
    emergency = {"reference": AMINA, "reason": WHY, "hours": "1"}
    assert signed_in("elm").post("/emergency", emergency).status_code == 302
    shield = {"decision": "shield", "named": "okafor", "reason": WHY}
    assert manager.post(f"/children/{TUAN}/protection", shield).status_code == 302
    from holdfast.access.deeds import EmergencyOpening

    opening = EmergencyOpening.objects.get()
    assert manager.post(f"/reviews/{opening.pk}", {"outcome": "justified", "note": "rang"}).status_code == 302


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("table", [*ADDED_TO, *CHANGED_IN])
def test_39_48_it_can_not_change_remove_or_unlock_anything(as_pages: None, table: str) -> None:
    column = {"access_vault": "at", "chronology_entry": "hash", "chronology": "ref", "access_readerchain": "person_id"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1", [table])
        name = column.get(table) or cursor.fetchone()[0]
    for statement in (
        f'UPDATE "{table}" SET "{name}" = "{name}"',
        f'DELETE FROM "{table}"',
        f'TRUNCATE "{table}" CASCADE',
        f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
        f'ALTER TABLE "{table}" ADD COLUMN more text',
        f'DROP TABLE "{table}" CASCADE',
        f'CREATE TRIGGER mine BEFORE INSERT ON "{table}" EXECUTE FUNCTION access_refuse()',
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            _run(statement)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION access_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "DROP FUNCTION access_refuse() CASCADE",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        "CREATE ROLE another SUPERUSER",
        "COPY access_reading TO PROGRAM 'cat'",
    ],
)
def test_48_it_can_not_get_round_the_triggers(as_pages: None, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        _run(statement)


@pytest.mark.postgres
@pytest.mark.django_db
def test_48_what_a_role_has_too_much_of_is_found(as_pages: None) -> None:
    with connection.cursor() as cursor:
        assert too_much(cursor) == []
        cursor.execute("RESET ROLE")
        assert len(too_much(cursor)) > 2, "the owner, and here a superuser"


@pytest.mark.postgres
@pytest.mark.django_db
def test_44_the_seal_of_a_value_can_be_made_anew_by_the_role_of_the_pages(
    signed_in: SignIn,  # noqa: F811
    as_pages: None,
    settings: Any,
    tmp_path: Any,
) -> None:
    from holdfast.access.vault import rotation

    settings.VAULT_KEYS = str(tmp_path / "vault.keys")
    signed_in("okafor").post(f"/children/{TUAN}/home", {"place": "address", "kept_value": "Carr Lane 3"})
    rotation.new_key()
    with transaction.atomic():
        _run("SELECT id FROM access_vault FOR UPDATE")
    assert rotation.rotate() == 1 and VaultRow.objects.count() == 1 and rotation.verify_vault().is_whole
    assert datetime.now(UTC)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
