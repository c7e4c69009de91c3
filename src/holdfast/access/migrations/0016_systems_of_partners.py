"""Keys of partners' systems: never deleted, ended once, and otherwise never changed."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_TABLE = "access_system_key"
_TRIGGERS = (
    ("never_delete", "DELETE", ""),
    ("never_moved", "UPDATE OF id, person_id, agency_id, digest, by_id, at, until", ""),
    ("never_again", "UPDATE", "WHEN (OLD.ended_at IS NOT NULL)"),
)
_SAID = "which system asks with which key is ended, and never changed or deleted"


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION access_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    with connection.cursor() as cursor:
        for name, before, when in _TRIGGERS:
            cursor.execute(f"CREATE TRIGGER {_TABLE}_{name} BEFORE {before} ON {_TABLE} FOR EACH ROW {when} {body}")
        if is_postgres:
            cursor.execute(
                f"CREATE TRIGGER {_TABLE}_never_emptied BEFORE TRUNCATE ON {_TABLE} EXECUTE FUNCTION access_refuse()"
            )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name in [name for name, _, _ in _TRIGGERS] + ["never_emptied"] * is_postgres:
            cursor.execute(f"DROP TRIGGER {_TABLE}_{name}" + (f" ON {_TABLE}" if is_postgres else ""))


def _someone(**more: Any) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0015_looks_of_the_last_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="SystemKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="system_keys", to="access.agency"
                    ),
                ),
                ("by", _someone(related_name="+")),
                ("ended_by", _someone(null=True, related_name="+")),
                ("person", _someone(related_name="system_keys")),
            ],
            options={
                "db_table": _TABLE,
            },
        ),
        migrations.RunPython(_refuse, _allow),
    ]
