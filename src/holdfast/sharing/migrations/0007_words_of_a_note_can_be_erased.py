"""A note of a shift says the same words in a handover of each child whom it names: when one of them is lawfully erased,
the notice of the others' handovers and messages may go too, and nothing else of them.

The triggers of migration 0005 stay as they are but for this one further case. Going back puts them in place without it;
what was erased stays erased.
"""

from importlib import import_module

from django.db import migrations

before = import_module("holdfast.sharing.migrations.0005_words_can_be_erased")
_TABLES = {table: (child, words, kept) for table, child, words, kept in before._TABLES}
# A note's key ends with the child: what stands before is the note.
_NOTE = "substr({row}.key, 1, length({row}.key) - length({row}.child_id))"
_SAME_NOTE = f"of.key LIKE 'shift:%' AND {_NOTE.format(row='of')} = {_NOTE.format(row='mine')}"
_OF_SAME_NOTE = (
    "EXISTS (SELECT 1 FROM sharing_handover AS mine JOIN sharing_handover AS of "
    f"ON {_SAME_NOTE} WHERE mine.id = NEW.{{handover}} AND {before._APPROVED.format(child='of.child_id')})"
)
_HANDOVER = {"sharing_handover": "id", "sharing_message": "handover_id"}
_SPOKEN = "notice"


def _conditions(table: str, same: str, quote: object, *, with_notes: bool) -> str:
    child, words, kept = _TABLES[table]

    def stays(names: tuple[str, ...]) -> list[str]:
        return [f"NEW.{quote(n)} {same} OLD.{quote(n)}" for n in names]  # type: ignore[operator]

    gone = [f"NEW.{quote(w)} IN ('', '{before._GONE}')" for w in words]  # type: ignore[operator]
    erased = " AND ".join([*gone, *stays(kept), before._APPROVED.format(child=child)])
    if not with_notes:
        return erased
    others = tuple(w for w in words if w != _SPOKEN)
    of_note = _OF_SAME_NOTE.format(handover=_HANDOVER[table])
    spoken = " AND ".join([f"NEW.{_SPOKEN} = '{before._GONE}'", *stays((*others, *kept)), of_note])
    return f"({erased}) OR ({spoken})"


def _place(schema_editor: object, *, with_notes: bool) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    same = "IS NOT DISTINCT FROM" if is_postgres else "IS"
    with connection.cursor() as cursor:
        for table in _HANDOVER:
            allowed = _conditions(table, same, connection.ops.quote_name, with_notes=with_notes)
            if is_postgres:
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {table}_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {allowed} THEN RETURN NEW; END IF; "
                    f"RAISE EXCEPTION '{before._WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
                )
                continue
            before._drop(cursor, table, is_postgres)
            body = f"WHEN NOT ({allowed}) BEGIN SELECT RAISE(ABORT, '{before._WORDS}'); END"
            cursor.execute(f"CREATE TRIGGER {table}_never_update BEFORE UPDATE ON {table} FOR EACH ROW {body}")


def _let_erase(apps: object, schema_editor: object) -> None:
    _place(schema_editor, with_notes=True)


def _refuse_again(apps: object, schema_editor: object) -> None:
    _place(schema_editor, with_notes=False)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0006_rotas_with_cover")]
    operations = [migrations.RunPython(_let_erase, _refuse_again)]
