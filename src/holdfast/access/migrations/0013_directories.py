"""Agencies' directories, and who is joined to them: never deleted, ended once, and otherwise never changed; only the seal
of a directory's secret may be made anew."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_FIXED = {
    "access_directory": ("id", "agency_id", "issuer", "client", "factor", "only", "by_id", "at"),
    "access_directory_joined": ("id", "directory_id", "subject", "person_id", "by_id", "at"),
}
_SAID = "who signs in through which directory is ended, and never changed or deleted"


def _triggers(table: str) -> list[tuple[str, str, str]]:
    """Name, what it stands before, and under which condition."""
    # In quotation marks, because `only` is a word of SQL.
    fixed = "UPDATE OF " + ", ".join(f'"{column}"' for column in _FIXED[table])
    return [
        (f"{table}_never_delete", "DELETE", ""),
        (f"{table}_never_moved", fixed, ""),
        (f"{table}_never_again", "UPDATE", "WHEN (OLD.ended_at IS NOT NULL)"),
    ]


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION access_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    with connection.cursor() as cursor:
        for table in _FIXED:
            for name, before, when in _triggers(table):
                cursor.execute(f"CREATE TRIGGER {name} BEFORE {before} ON {table} FOR EACH ROW {when} {body}")
            if is_postgres:
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION access_refuse()"
                )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in _FIXED:
            for name in [name for name, _, _ in _triggers(table)] + [f"{table}_never_emptied"] * is_postgres:
                cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgres else ""))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_keeping_and_packages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Directory",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("issuer", models.CharField(max_length=500)),
                ("client", models.CharField(max_length=255)),
                ("key", models.CharField(max_length=20)),
                ("sealed", models.BinaryField()),
                ("factor", models.CharField(max_length=120)),
                ("only", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=300, default="")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="directories", to="access.agency"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_directory",
            },
        ),
        migrations.CreateModel(
            name="Joined",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=255)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "directory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="joined", to="access.directory"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directories",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_directory_joined",
            },
        ),
        migrations.AddConstraint(
            model_name="directory",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("agency",), name="one_directory_of_an_agency"
            ),
        ),
        migrations.AddConstraint(
            model_name="joined",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("directory", "subject"),
                name="one_person_of_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="joined",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("directory", "person"),
                name="one_account_of_a_person",
            ),
        ),
        migrations.RunPython(_refuse, _allow),
    ]
