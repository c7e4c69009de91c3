"""The vault and requests for immigration purposes: never deleted; of a value only its seal may be made anew."""

from django.db import migrations

_NEVER = ("access_vault_reveal", "access_demand", "access_demand_approval", "access_demand_told")
_FIXED = ("id", "child_id", "place", "number", "by_id", "at")
_SAID = "what the vault holds, and what was decided about it, is never changed or deleted"


def _triggers() -> list[tuple[str, str, str]]:
    """Name, table and what it stands before."""
    found = [(f"{t}_never_{act}", t, act.upper()) for t in _NEVER for act in ("update", "delete")]
    found.append(("access_vault_never_delete", "access_vault", "DELETE"))
    found.append(("access_vault_never_moved", "access_vault", f"UPDATE OF {', '.join(_FIXED)}"))
    return found


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION access_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    with connection.cursor() as cursor:
        for name, table, before in _triggers():
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {before} ON {table} FOR EACH ROW {body}")
        if is_postgres:
            for table in (*_NEVER, "access_vault"):
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION access_refuse()"
                )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, table, _ in _triggers():
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            for table in (*_NEVER, "access_vault"):
                cursor.execute(f"DROP TRIGGER {table}_never_emptied ON {table}")


class Migration(migrations.Migration):
    dependencies = [("access", "0005_vault_and_demands")]
    operations = [migrations.RunPython(_refuse, _allow)]
