import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_deeds_never_changed"),
        ("chronology", "0002_never_changed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Demand",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("asked_by", models.CharField(max_length=120)),
                ("asker", models.CharField(max_length=120)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("enforcement", "enforcement"), ("other-immigration", "other-immigration")],
                        max_length=20,
                    ),
                ),
                (
                    "wants",
                    models.CharField(
                        choices=[("whereabouts", "whereabouts"), ("record", "record"), ("both", "both")], max_length=12
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="demands", to="chronology.chronology"
                    ),
                ),
            ],
            options={
                "db_table": "access_demand",
                "indexes": [models.Index(fields=["at"], name="demands_by_time")],
            },
        ),
        migrations.CreateModel(
            name="DemandApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("law", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "demand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="access.demand"
                    ),
                ),
            ],
            options={
                "db_table": "access_demand_approval",
                "constraints": [
                    models.UniqueConstraint(fields=("demand", "by"), name="a_person_approves_once"),
                    models.UniqueConstraint(fields=("demand", "role"), name="each_role_approves_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="VaultReveal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reveals", to="chronology.chronology"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reveals", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_vault_reveal",
                "indexes": [models.Index(fields=["person", "at"], name="reveals_of_a_person")],
            },
        ),
        migrations.CreateModel(
            name="VaultRow",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("address", "address"),
                            ("school", "school"),
                            ("doctor", "doctor"),
                            ("worker-base", "worker-base"),
                        ],
                        max_length=12,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("key", models.CharField(max_length=20)),
                ("sealed", models.BinaryField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vault", to="chronology.chronology"
                    ),
                ),
            ],
            options={
                "db_table": "access_vault",
                "indexes": [models.Index(fields=["key"], name="vault_by_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("child", "place", "number"), name="one_version_in_each_place")
                ],
            },
        ),
        migrations.AlterField(
            model_name="post",
            name="role",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="reachedlimit",
            name="limit",
            field=models.CharField(
                choices=[
                    ("opened-hour", "opened-hour"),
                    ("opened-day", "opened-day"),
                    ("missed-hour", "missed-hour"),
                    ("emergencies-day", "emergencies-day"),
                    ("reveals-day", "reveals-day"),
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
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["council", "police", "health", "education", "provider", "charity"])),
                name="an_agency_is_of_a_known_kind",
            ),
        ),
        migrations.AddField(
            model_name="vaultreveal",
            name="value",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reveals", to="access.vaultrow"
            ),
        ),
        migrations.CreateModel(
            name="DemandTold",
            fields=[
                (
                    "demand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="told",
                        serialize=False,
                        to="access.demand",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("what", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_demand_told",
            },
        ),
    ]
