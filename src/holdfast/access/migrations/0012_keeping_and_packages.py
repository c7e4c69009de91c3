"""Holds, erasure by two people, packages for a recipient: tables whose rows are never changed or deleted.

And two conditions that the database itself asks before anything is erased: somebody else approved it, it was not carried
out yet, and no hold stands. They stand here and not beside the record's own triggers, which know no people.

Going back is refused while a hold or an erasure is written down: it would lose who decided.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.exceptions import IrreversibleError

_NEVER = (
    "access_hold", "access_hold_ended", "access_erasure", "access_erasure_answer", "access_erased",
    "access_erased_swept", "access_recipient", "access_recipient_ended", "access_package",
)  # fmt: skip
_SAID = "what was decided about keeping and sending is never changed or deleted"
_REFUSED = "nothing is erased that two people did not approve, or that a hold keeps"
_APPROVED = """EXISTS (
    SELECT 1 FROM access_erasure AS asked JOIN access_erasure_answer AS answer ON answer.erasure_id = asked.id
    WHERE asked.child_id = NEW.child_id AND answer.is_approved AND answer.by_id <> asked.by_id
    AND NOT EXISTS (SELECT 1 FROM access_erased AS done WHERE done.erasure_id = asked.id)
) AND NOT EXISTS (
    SELECT 1 FROM access_hold AS held WHERE held.child_id = NEW.child_id
    AND NOT EXISTS (SELECT 1 FROM access_hold_ended AS over WHERE over.hold_id = held.id)
)"""
# Table, and what of a row is gone once it is erased.
_ERASED = (
    ("chronology_entry", "NEW.details IS NULL AND OLD.details IS NOT NULL"),
    ("access_vault", "NEW.key = '' OR length(NEW.sealed) = 0"),
    ("access_photograph", "NEW.key = '' OR length(NEW.sealed) = 0"),
)


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION access_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    with connection.cursor() as cursor:
        for table in _NEVER:
            for act in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW {body}"
                )
            if is_postgres:
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION access_refuse()"
                )
        if is_postgres:
            # A trigger's own condition may not look into other tables here; its function may.
            cursor.execute(
                "CREATE FUNCTION access_approved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {_APPROVED} THEN RETURN NEW; END IF; "
                f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for table, gone in _ERASED:
            cursor.execute(
                f"CREATE TRIGGER {table}_approved BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({gone}) "
                "EXECUTE FUNCTION access_approved()"
                if is_postgres
                else f"CREATE TRIGGER {table}_approved BEFORE UPDATE ON {table} FOR EACH ROW "
                f"WHEN ({gone}) AND NOT ({_APPROVED}) BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in ("access_hold", "access_erasure"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            if cursor.fetchone()[0]:
                raise IrreversibleError(f"{table} holds decisions, which going back would lose")
        for table, _ in _ERASED:
            cursor.execute(f"DROP TRIGGER {table}_approved" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            cursor.execute("DROP FUNCTION access_approved()")
        for table in _NEVER:
            for act in ("update", "delete", *(("emptied",) if is_postgres else ())):
                cursor.execute(f"DROP TRIGGER {table}_never_{act}" + (f" ON {table}" if is_postgres else ""))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0011_passkeys"),
        ("chronology", "0002_never_changed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("until", models.DateField()),
                ("law", models.CharField(max_length=300)),
                ("reason", models.TextField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("duty-manager", "duty-manager"),
                            ("social-worker", "social-worker"),
                            ("night-worker", "night-worker"),
                            ("missing-unit", "missing-unit"),
                            ("host-officer", "host-officer"),
                            ("data-guardian", "data-guardian"),
                            ("analyst", "analyst"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="chronology.chronology"
                    ),
                ),
            ],
            options={
                "db_table": "access_erasure",
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("inquiry", "inquiry"),
                            ("court", "court"),
                            ("review", "review"),
                            ("police", "police"),
                            ("claim", "claim"),
                            ("other", "other"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reference", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="chronology.chronology"
                    ),
                ),
            ],
            options={
                "db_table": "access_hold",
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=100)),
                ("confirmed", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_recipient",
            },
        ),
        migrations.AlterField(
            model_name="canaryopening",
            name="act",
            field=models.CharField(
                choices=[
                    ("see-in-list", "see-in-list"),
                    ("open", "open"),
                    ("record", "record"),
                    ("correct", "correct"),
                    ("see-readers", "see-readers"),
                    ("protect", "protect"),
                    ("review", "review"),
                    ("reveal", "reveal"),
                    ("keep-place", "keep-place"),
                    ("note-demand", "note-demand"),
                    ("weigh-demand", "weigh-demand"),
                    ("keep", "keep"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="reading",
            name="act",
            field=models.CharField(
                choices=[
                    ("see-in-list", "see-in-list"),
                    ("open", "open"),
                    ("record", "record"),
                    ("correct", "correct"),
                    ("see-readers", "see-readers"),
                    ("protect", "protect"),
                    ("review", "review"),
                    ("reveal", "reveal"),
                    ("keep-place", "keep-place"),
                    ("note-demand", "note-demand"),
                    ("weigh-demand", "weigh-demand"),
                    ("keep", "keep"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                (
                    "erasure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="erased",
                        serialize=False,
                        to="access.erasure",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("operator", models.CharField(max_length=60)),
                ("counts", models.TextField()),
            ],
            options={
                "db_table": "access_erased",
            },
        ),
        migrations.CreateModel(
            name="Package",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=8)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("children", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packages", to="access.recipient"
                    ),
                ),
            ],
            options={
                "db_table": "access_package",
            },
        ),
        migrations.CreateModel(
            name="ErasedSwept",
            fields=[
                (
                    "erased",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="swept",
                        serialize=False,
                        to="access.erased",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "access_erased_swept",
            },
        ),
        migrations.CreateModel(
            name="ErasureAnswer",
            fields=[
                (
                    "erasure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="access.erasure",
                    ),
                ),
                ("is_approved", models.BooleanField()),
                ("reason", models.TextField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("duty-manager", "duty-manager"),
                            ("social-worker", "social-worker"),
                            ("night-worker", "night-worker"),
                            ("missing-unit", "missing-unit"),
                            ("host-officer", "host-officer"),
                            ("data-guardian", "data-guardian"),
                            ("analyst", "analyst"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_erasure_answer",
            },
        ),
        migrations.CreateModel(
            name="HoldEnded",
            fields=[
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ended",
                        serialize=False,
                        to="access.hold",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_hold_ended",
            },
        ),
        migrations.CreateModel(
            name="RecipientEnded",
            fields=[
                (
                    "recipient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ended",
                        serialize=False,
                        to="access.recipient",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_recipient_ended",
            },
        ),
        migrations.RunPython(_refuse, _allow),
    ]
