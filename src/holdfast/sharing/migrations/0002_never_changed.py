"""What was said, what became of it and who answered is never changed and never deleted: the database itself refuses."""

from django.db import migrations

_TABLES = (
    "sharing_message", "sharing_message_event", "sharing_handover", "sharing_rung", "sharing_answer",
    "sharing_watched", "sharing_watch_began",
)  # fmt: skip
_WORDS = "what was said and answered is never changed or deleted"


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION sharing_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute(
                "CREATE FUNCTION sharing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for table in _TABLES:
            if is_postgres:
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION sharing_refuse()"
                )
            for act in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW {body}"
                )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in _TABLES:
            for act in ("update", "delete", *(("emptied",) if is_postgres else ())):
                cursor.execute(f"DROP TRIGGER {table}_never_{act}" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            cursor.execute("DROP FUNCTION sharing_refuse()")


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]
    operations = [migrations.RunPython(_refuse, _allow)]
