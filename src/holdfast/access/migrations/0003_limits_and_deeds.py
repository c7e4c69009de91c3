import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_never_changed"),
        ("chronology", "0002_never_changed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="chronology.chronology",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_conflict",
                "indexes": [models.Index(fields=["person", "child"], name="conflicts_of_a_person")],
            },
        ),
        migrations.CreateModel(
            name="EmergencyOpening",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("begins", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergencies",
                        to="chronology.chronology",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergencies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_emergency",
                "indexes": [models.Index(fields=["person", "ends"], name="emergencies_of_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__gt", models.F("begins")),
                            (
                                "ends__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("begins"), "+", models.Value(datetime.timedelta(seconds=43200))
                                ),
                            ),
                        ),
                        name="an_emergency_is_short",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReachedLimit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "limit",
                    models.CharField(
                        choices=[
                            ("opened-hour", "opened-hour"),
                            ("opened-day", "opened-day"),
                            ("missed-hour", "missed-hour"),
                            ("emergencies-day", "emergencies-day"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits_reached",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "access_reached_limit",
                "indexes": [models.Index(fields=["person", "at"], name="limits_of_a_person")],
            },
        ),
        migrations.CreateModel(
            name="Miss",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="misses", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_miss",
                "indexes": [models.Index(fields=["person", "at"], name="misses_of_a_person")],
            },
        ),
        migrations.CreateModel(
            name="Shield",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shields", to="chronology.chronology"
                    ),
                ),
            ],
            options={
                "db_table": "access_shield",
            },
        ),
        migrations.CreateModel(
            name="ShieldNamed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "shield",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named", to="access.shield"
                    ),
                ),
            ],
            options={
                "db_table": "access_shield_named",
                "constraints": [models.UniqueConstraint(fields=("shield", "person"), name="named_once_on_a_shield")],
            },
        ),
        migrations.CreateModel(
            name="SignInTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "access_sign_in_try",
                "indexes": [
                    models.Index(fields=["name", "at"], name="tries_of_a_name"),
                    models.Index(fields=["address", "at"], name="tries_from_an_address"),
                ],
            },
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
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["person", "at"], name="readings_of_a_person"),
        ),
        migrations.CreateModel(
            name="ConflictEnded",
            fields=[
                (
                    "conflict",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ended",
                        serialize=False,
                        to="access.conflict",
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
                "db_table": "access_conflict_ended",
            },
        ),
        migrations.CreateModel(
            name="EmergencyReview",
            fields=[
                (
                    "opening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="review",
                        serialize=False,
                        to="access.emergencyopening",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("justified", "justified"),
                            ("not-justified", "not-justified"),
                            ("passed-on", "passed-on"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_emergency_review",
            },
        ),
        migrations.CreateModel(
            name="LimitReview",
            fields=[
                (
                    "reached",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="review",
                        serialize=False,
                        to="access.reachedlimit",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("justified", "justified"),
                            ("not-justified", "not-justified"),
                            ("passed-on", "passed-on"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_limit_review",
            },
        ),
        migrations.CreateModel(
            name="ShieldLifted",
            fields=[
                (
                    "shield",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="lifted",
                        serialize=False,
                        to="access.shield",
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
                "db_table": "access_shield_lifted",
            },
        ),
    ]
