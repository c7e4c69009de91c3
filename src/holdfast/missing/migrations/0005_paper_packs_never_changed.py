"""Who printed the list of missing children, and why, is never changed and never deleted: the database refuses."""

from django.db import migrations

_TABLE = "missing_paper_pack"
_SAID = "who printed what and why is never changed or deleted"


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION missing_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute(
                "CREATE FUNCTION missing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER {_TABLE}_never_emptied BEFORE TRUNCATE ON {_TABLE} EXECUTE FUNCTION missing_refuse()"
            )
        for act in ("UPDATE", "DELETE"):
            cursor.execute(f"CREATE TRIGGER {_TABLE}_never_{act.lower()} BEFORE {act} ON {_TABLE} FOR EACH ROW {body}")


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for act in ("update", "delete", *(("emptied",) if is_postgres else ())):
            cursor.execute(f"DROP TRIGGER {_TABLE}_never_{act}" + (f" ON {_TABLE}" if is_postgres else ""))
        if is_postgres:
            cursor.execute("DROP FUNCTION missing_refuse()")


class Migration(migrations.Migration):
    dependencies = [("missing", "0004_paper_packs")]
    operations = [migrations.RunPython(_refuse, _allow)]
