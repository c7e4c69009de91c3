"""Rotas with cover, and what each rung of a ladder found on them. Every row is a deed: the database itself refuses to
change or delete one."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_NEVER = (
    "sharing_rota_duty", "sharing_rota_duty_ended", "sharing_rota_pattern", "sharing_rota_pattern_ended",
    "sharing_rota_change", "sharing_cover_asked", "sharing_cover_answered", "sharing_rung_lookup", "sharing_gap_told",
)  # fmt: skip
_SAID = "what a rota said is never changed or deleted"


def _refuse(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    body = "EXECUTE FUNCTION rota_refuse()" if is_postgres else f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute(
                "CREATE FUNCTION rota_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for table in _NEVER:
            if is_postgres:
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION rota_refuse()"
                )
            for act in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER {table}_never_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW {body}"
                )


def _allow(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection  # type: ignore[attr-defined]
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in _NEVER:
            for act in ("update", "delete", *(("emptied",) if is_postgres else ())):
                cursor.execute(f"DROP TRIGGER {table}_never_{act}" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            cursor.execute("DROP FUNCTION rota_refuse()")


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0005_words_can_be_erased"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RotaDuty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("agency", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "sharing_rota_duty",
            },
        ),
        migrations.CreateModel(
            name="RotaPattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekdays", models.CharField(max_length=7)),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(null=True)),
                ("every", models.PositiveSmallIntegerField(default=1)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="patterns", to="sharing.rotaduty"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "sharing_rota_pattern",
            },
        ),
        migrations.CreateModel(
            name="CoverAsked",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("back_starts", models.DateTimeField(null=True)),
                ("back_ends", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "back_duty",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.rotaduty"
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.rotaduty"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_cover_asked",
            },
        ),
        migrations.CreateModel(
            name="RotaChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="sharing.coverasked",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "was",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="sharing.rotaduty"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_rota_change",
            },
        ),
        migrations.CreateModel(
            name="GapTold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("version", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.rotaduty"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_gap_told",
            },
        ),
        migrations.CreateModel(
            name="RotaPatternEnded",
            fields=[
                (
                    "pattern",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ended",
                        serialize=False,
                        to="sharing.rotapattern",
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "sharing_rota_pattern_ended",
            },
        ),
        migrations.CreateModel(
            name="RungLookup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("again", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.rotaduty"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rung",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lookups", to="sharing.rung"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_rung_lookup",
            },
        ),
        migrations.CreateModel(
            name="CoverAnswered",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("is_accepted", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="sharing.coverasked"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_cover_answered",
                "constraints": [
                    models.UniqueConstraint(fields=("asked", "by"), name="each_answers_a_cover_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_accepted", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_refusal_of_cover_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RotaDutyEnded",
            fields=[
                (
                    "duty",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ended",
                        serialize=False,
                        to="sharing.rotaduty",
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
                "db_table": "sharing_rota_duty_ended",
            },
        ),
        migrations.AddIndex(
            model_name="rotaduty",
            index=models.Index(fields=["agency"], name="duties_of_an_agency"),
        ),
        migrations.AddIndex(
            model_name="rotachange",
            index=models.Index(fields=["duty", "ends"], name="changes_of_a_duty"),
        ),
        migrations.AddConstraint(
            model_name="rotachange",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("starts"))), name="a_change_of_a_rota_has_a_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="gaptold",
            constraint=models.UniqueConstraint(fields=("duty", "starts", "version"), name="a_gap_is_told_once"),
        ),
        migrations.AddConstraint(
            model_name="coverasked",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("starts"))), name="a_cover_has_a_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="coverasked",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("back_duty", None),
                    models.Q(("back_ends__gt", models.F("back_starts")), ("giver__isnull", False)),
                    _connector="OR",
                ),
                name="a_swap_has_two_sides",
            ),
        ),
        migrations.AddField(
            model_name="rotapatternended",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="runglookup",
            constraint=models.UniqueConstraint(fields=("rung", "again"), name="a_rung_is_looked_up_once_each_time"),
        ),
        migrations.RunPython(_refuse, _allow),
    ]
