import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("chronology", "0002_never_changed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=160, unique=True)),
                ("of", models.CharField(max_length=120)),
                ("notice", models.TextField()),
                ("why", models.TextField()),
                ("basis", models.TextField()),
                ("to_agency", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("by_name", models.CharField(max_length=120)),
                ("from_agency", models.CharField(max_length=60)),
                ("again_every", models.PositiveIntegerField()),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="chronology.chronology",
                    ),
                ),
            ],
            options={
                "db_table": "sharing_handover",
                "indexes": [
                    models.Index(fields=["to_agency", "at"], name="handovers_to_an_agency"),
                    models.Index(fields=["from_agency", "at"], name="handovers_from_an_agency"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("link", "link"),
                            ("email", "email"),
                            ("sms", "sms"),
                            ("read-out", "read-out"),
                            ("print", "print"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("after", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "sharing_contact",
                "indexes": [models.Index(fields=["agency", "after"], name="contacts_of_an_agency")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=9, unique=True)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("to_agency", models.CharField(max_length=60)),
                ("to_name", models.CharField(max_length=120)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("link", "link"),
                            ("email", "email"),
                            ("sms", "sms"),
                            ("read-out", "read-out"),
                            ("print", "print"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("template", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=200)),
                ("notice", models.TextField()),
                ("sent_subject", models.CharField(blank=True, max_length=200)),
                ("sent_text", models.TextField(blank=True)),
                ("why", models.TextField()),
                ("basis", models.TextField()),
                ("told", models.TextField(blank=True)),
                ("entry", models.UUIDField(null=True)),
                ("rung", models.PositiveSmallIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=60)),
                ("from_agency", models.CharField(max_length=60)),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="sharing.message",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="chronology.chronology"
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="sharing.handover",
                    ),
                ),
            ],
            options={
                "db_table": "sharing_message",
                "indexes": [
                    models.Index(fields=["to_agency", "made_at"], name="messages_to_an_agency"),
                    models.Index(fields=["from_agency", "made_at"], name="messages_from_an_agency"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rung", models.PositiveSmallIntegerField()),
                ("is_accepted", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=120)),
                ("by", models.CharField(max_length=150)),
                ("agency", models.CharField(max_length=60)),
                ("reason", models.TextField(blank=True)),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="sharing.handover"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_answer",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_accepted", True)),
                        fields=("handover",),
                        name="a_handover_is_accepted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="a_handover_answer_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_accepted", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_refused_handover_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("attempt", "attempt"),
                            ("trouble", "trouble"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("failed", "failed"),
                            ("not-needed", "not-needed"),
                            ("alarmed", "alarmed"),
                            ("opened", "opened"),
                            ("received", "received"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("name", models.CharField(blank=True, max_length=120)),
                ("by", models.CharField(blank=True, max_length=150)),
                ("agency", models.CharField(blank=True, max_length=60)),
                ("provider", models.CharField(blank=True, max_length=100)),
                ("words", models.TextField(blank=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="sharing.message"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_message_event",
                "constraints": [
                    models.UniqueConstraint(fields=("message", "number"), name="one_message_event_in_each_place"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "what__in",
                                ["accepted", "delivered", "failed", "not-needed", "queued", "received", "sent"],
                            )
                        ),
                        fields=("message", "what"),
                        name="happens_to_a_message_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what__in", ["accepted", "received", "refused"]), _negated=True),
                            models.Q(("name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="an_answer_has_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("agency", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("link", "link"),
                            ("email", "email"),
                            ("sms", "sms"),
                            ("read-out", "read-out"),
                            ("print", "print"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rungs", to="sharing.handover"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_rung",
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("handover", "number"), name="one_rung_in_each_place")],
            },
        ),
        migrations.CreateModel(
            name="WatchBegan",
            fields=[
                ("only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "sharing_watch_began",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("only", True)), name="the_watch_began_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Watched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=60)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("rung", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chronology.chronology"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.message"
                    ),
                ),
            ],
            options={
                "db_table": "sharing_watched",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("child", "rule", "started_at", "due_at", "rung"), name="each_rung_is_said_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Errand",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="errand",
                        serialize=False,
                        to="sharing.message",
                    ),
                ),
                ("next_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("is_sent", models.BooleanField(default=False)),
                ("leased_until", models.DateTimeField(null=True)),
                ("lease", models.CharField(blank=True, max_length=32)),
            ],
            options={
                "db_table": "sharing_errand",
                "indexes": [models.Index(fields=["next_at"], name="errands_by_time")],
            },
        ),
    ]
