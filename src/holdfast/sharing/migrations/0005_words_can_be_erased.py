"""What was said can be lawfully erased: the words of a message, a handover and an answer, and nothing else of them.

That something was said, to whom, when, and who answered, stays. The database itself asks for the two people of
`access` and for there being no hold. Going back puts the stricter triggers of migrations 0002 and 0004 in place again;
what was erased stays erased.
"""

from django.db import migrations

_WORDS = "what was said and answered is never changed or deleted"
_GONE = "(erased)"
_APPROVED = """EXISTS (
    SELECT 1 FROM access_erasure AS asked JOIN access_erasure_answer AS answer ON answer.erasure_id = asked.id
    WHERE asked.child_id = {child} AND answer.is_approved AND answer.by_id <> asked.by_id
    AND NOT EXISTS (SELECT 1 FROM access_erased AS done WHERE done.erasure_id = asked.id)
) AND NOT EXISTS (
    SELECT 1 FROM access_hold AS held WHERE held.child_id = {child}
    AND NOT EXISTS (SELECT 1 FROM access_hold_ended AS over WHERE over.hold_id = held.id)
)"""
_OF_MESSAGE = "(SELECT of.child_id FROM sharing_message AS of WHERE of.id = NEW.message_id)"
_OF_HANDOVER = "(SELECT of.child_id FROM sharing_handover AS of WHERE of.id = NEW.handover_id)"
_OF_OFFER = "(SELECT of.child_id FROM sharing_work_offered AS of WHERE of.id = NEW.offer_id)"
# Table, whose child it is, the words that may go, and what stays as it is.
_TABLES = (
    (
        "sharing_message", "NEW.child_id",
        ("subject", "notice", "sent_subject", "sent_text", "why", "basis", "told"),
        ("id", "reference", "key", "child_id", "to_person_id", "to_agency", "to_name", "channel", "address", "phone",
         "template", "entry", "handover_id", "rung", "about_id", "made_at", "made_by", "from_agency"),
    ),
    (
        "sharing_message_event", _OF_MESSAGE, ("words",),
        ("id", "message_id", "number", "what", "at", "name", "by", "agency", "provider"),
    ),
    (
        "sharing_handover", "NEW.child_id", ("of", "notice", "why", "basis"),
        ("id", "key", "child_id", "to_agency", "at", "by", "by_name", "from_agency", "again_every"),
    ),
    (
        "sharing_answer", _OF_HANDOVER, ("reason",),
        ("id", "handover_id", "rung", "is_accepted", "at", "name", "by", "agency"),
    ),
    ("sharing_work_answered", _OF_OFFER, ("reason",), ("offer_id", "by_id", "at", "is_accepted")),
)  # fmt: skip


def _let_erase(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    same = "IS NOT DISTINCT FROM" if is_postgres else "IS"
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, child, words, kept in _TABLES:
            gone = [f"NEW.{quote(w)} IN ('', '{_GONE}')" for w in words]
            is_erasure = " AND ".join([*gone, *(f"NEW.{quote(k)} {same} OLD.{quote(k)}" for k in kept),
                                       _APPROVED.format(child=child)])  # fmt: skip
            _drop(cursor, table, is_postgres)
            if is_postgres:
                cursor.execute(
                    f"CREATE FUNCTION {table}_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {is_erasure} THEN RETURN NEW; END IF; "
                    f"RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
                )
                body = f"EXECUTE FUNCTION {table}_erasure()"
            else:
                body = f"WHEN NOT ({is_erasure}) BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
            cursor.execute(f"CREATE TRIGGER {table}_never_update BEFORE UPDATE ON {table} FOR EACH ROW {body}")


def _refuse_again(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION sharing_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    with connection.cursor() as cursor:
        for table, *_ in _TABLES:
            _drop(cursor, table, is_postgres)
            if is_postgres:
                cursor.execute(f"DROP FUNCTION {table}_erasure()")
            cursor.execute(f"CREATE TRIGGER {table}_never_update BEFORE UPDATE ON {table} FOR EACH ROW {body}")


def _drop(cursor: object, table: str, is_postgres: bool) -> None:
    cursor.execute(f"DROP TRIGGER {table}_never_update" + (f" ON {table}" if is_postgres else ""))  # type: ignore[attr-defined]


class Migration(migrations.Migration):
    dependencies = [("sharing", "0004_work_passed_on"), ("access", "0012_keeping_and_packages")]
    operations = [migrations.RunPython(_let_erase, _refuse_again)]
