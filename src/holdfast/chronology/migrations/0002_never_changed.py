"""Entries are never changed and never deleted: the database itself refuses, on both engines.

The one change that it lets through is lawful erasure: an entry's details (and their salt) taken away, nothing else.

One-way for a filled house: every other app rests on this, so going back takes their tables away. Restore a backup.
"""

from django.db import migrations

_KEPT = (
    "id", "child_id", "number", "kind", "occurred_at", "precision", "recorded_at", "recorded_by", "agency", "source",
    "reference", "corrects", "withdraws", "occasion", "details_digest", "hash",
)  # fmt: skip


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    same = " AND ".join(
        f"NEW.{c} IS NOT DISTINCT FROM OLD.{c}" if connection.vendor == "postgresql" else f"NEW.{c} IS OLD.{c}"
        for c in _KEPT
    )
    erasure = f"NEW.details IS NULL AND NEW.salt IS NULL AND {same}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION chronology_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'entries are never changed or deleted' "
                "USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$"
            )
            cursor.execute(
                "CREATE TRIGGER entry_never_changes BEFORE UPDATE ON chronology_entry FOR EACH ROW "
                f"WHEN (NOT ({erasure})) EXECUTE FUNCTION chronology_refuse()"
            )
            cursor.execute(
                "CREATE TRIGGER entry_never_goes BEFORE DELETE ON chronology_entry FOR EACH ROW "
                "EXECUTE FUNCTION chronology_refuse()"
            )
            cursor.execute(
                "CREATE TRIGGER entries_never_go BEFORE TRUNCATE ON chronology_entry "
                "EXECUTE FUNCTION chronology_refuse()"
            )
        else:
            cursor.execute(
                "CREATE TRIGGER entry_never_changes BEFORE UPDATE ON chronology_entry FOR EACH ROW "
                f"WHEN NOT ({erasure}) BEGIN SELECT RAISE(ABORT, 'entries are never changed or deleted'); END"
            )
            cursor.execute(
                "CREATE TRIGGER entry_never_goes BEFORE DELETE ON chronology_entry FOR EACH ROW "
                "BEGIN SELECT RAISE(ABORT, 'entries are never changed or deleted'); END"
            )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for trigger in ("entry_never_changes", "entry_never_goes", "entries_never_go"):
                cursor.execute(f"DROP TRIGGER {trigger} ON chronology_entry")
            cursor.execute("DROP FUNCTION chronology_refuse()")
        else:
            for trigger in ("entry_never_changes", "entry_never_goes"):
                cursor.execute(f"DROP TRIGGER {trigger}")


class Migration(migrations.Migration):
    dependencies = [("chronology", "0001_initial")]
    operations = [migrations.RunPython(_refuse, _allow)]
