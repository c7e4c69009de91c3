"""Decisions about access are never changed and never deleted: the database itself refuses, on both engines."""

from django.db import migrations

_TABLES = (
    "access_emergency", "access_emergency_review", "access_shield", "access_shield_named", "access_shield_lifted",
    "access_conflict", "access_conflict_ended", "access_reached_limit", "access_limit_review", "access_miss",
)  # fmt: skip
_EMPTIED = (*_TABLES, "access_reading", "access_readingof")


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = (
        "EXECUTE FUNCTION access_refuse()"
        if is_postgres
        else "BEGIN SELECT RAISE(ABORT, 'decisions about access are never changed or deleted'); END"
    )
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute(
                "CREATE FUNCTION access_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'decisions about access are never changed or deleted' "
                "USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$"
            )
            for table in _EMPTIED:
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION access_refuse()"
                )
        for table in _TABLES:
            for act in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW {body}"
                )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in _TABLES:
            for act in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {table}_never_{act}" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            for table in _EMPTIED:
                cursor.execute(f"DROP TRIGGER {table}_never_emptied ON {table}")
            cursor.execute("DROP FUNCTION access_refuse()")


class Migration(migrations.Migration):
    dependencies = [("access", "0003_limits_and_deeds")]
    operations = [migrations.RunPython(_refuse, _allow)]
