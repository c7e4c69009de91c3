"""The reading log is never changed and never deleted: the database itself refuses."""

from django.db import migrations

_TABLES = ("access_reading", "access_readingof")


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for table in _TABLES:
            for act in ("UPDATE", "DELETE"):
                name = f"{table}_never_{act.lower()}"
                if connection.vendor == "postgresql":
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW "
                        "EXECUTE FUNCTION chronology_refuse()"
                    )
                else:
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW "
                        "BEGIN SELECT RAISE(ABORT, 'the reading log is never changed or deleted'); END"
                    )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for table in _TABLES:
            for act in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_never_{act}{on}")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("chronology", "0002_never_changed")]
    operations = [migrations.RunPython(_refuse, _allow)]
