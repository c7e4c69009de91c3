"""A county in which one record is long past its time, with words planted everywhere that a child's words can lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore

from holdfast.access.keeping.actions import answer_erasure
from holdfast.access.keeping.rows import Erasure
from holdfast.access.models import Person
from holdfast.access.queries import reader
from holdfast.access.vault.actions import keep, keep_photograph
from holdfast.access.vault.places import Place
from holdfast.erasing.actions import ask
from holdfast.missing.models import ReportDraft
from holdfast.returns.models import Delivery, RowKeptAside
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import offer, refuse
from holdfast.sharing.models import Errand, Message
from tests.builders import a_child, a_draft
from tests.web.conftest import county, signed_in, static_folder  # noqa: F401

PLANTED = "quillworth under the seventh lantern"
NUMBER = "MAR-QUILL-7781"
WHY = "Past its time, and the child’s family was asked"
OLD = "1948-03-09T10:00Z"


def who(username: str) -> Any:
    return reader(Person.objects.get(username=username), datetime.now(UTC))


@pytest.fixture
def no_moratoria(settings: Any, tmp_path: Path) -> None:
    """The inquiry of England and Wales has ended for this house, which was told so."""
    own = tmp_path / "moratoria.toml"
    own.write_text(
        '[[hold]]\nname = "Independent Inquiry into Child Sexual Abuse (England and Wales)"\n'
        'nations = ["england", "wales"]\nkinds = [""]\nfrom_day = 2015-06-23\nto_day = 2024-01-01\n'
        'source = "A letter of the made-up Department to Marrowshire"\n'
    )
    settings.MORATORIA = str(own)


@pytest.fixture
def old(county: datetime, no_moratoria: None) -> str:  # noqa: F811
    """Somebody born in 1931, looked after by Marrowshire: past the 75th birthday long ago."""
    now = datetime.now(UTC)
    ref = a_child(
        a_draft("child.named", OLD, first="Quillworth", family="Lantern"),
        a_draft("child.age_recorded", OLD, born_on="1931-02-03", standing="documented"),
        a_draft("child.identified", OLD, scheme="local", number=NUMBER),
        a_draft("missing.told", "1948-03-10T22:00Z", who=PLANTED),
        known_at="1947-01-05T09:00Z",
    )  # fmt: skip
    plant(ref, now)
    return ref


def plant(ref: str, now: datetime) -> None:
    keep(who("okafor"), ref, Place.ADDRESS, PLANTED, at=now)
    keep_photograph(who("okafor"), ref, PLANTED.encode(), at=now)
    person = Person.objects.get(username="okafor")
    ReportDraft.objects.create(token=f"draft-{ref}", person=person, child_id=ref, answers=f'{{"who": "{PLANTED}"}}',
                               begun_at=now, expires_at=now + timedelta(hours=9))  # fmt: skip
    said = dict.fromkeys(("subject", "notice", "sent_subject", "sent_text", "why", "basis"), PLANTED)
    message = Message.objects.create(reference=ref[::-1], key=f"planted:{ref}", child_id=ref, to_agency="MAR",
                                     to_name="Duty desk", channel="email", template="x", told=PLANTED, made_at=now,
                                     made_by="okafor", from_agency="MAR", **said)  # fmt: skip
    session = SessionStore()
    session["drafts"] = {f"found/{ref}": ["t", {"who": PLANTED}]}
    session.create()
    Errand.objects.create(message=message, next_at=now)
    given = offer(ref, PLANTED, to_agency="MAR", notice=PLANTED, why=PLANTED, basis=PLANTED,
                  sender=Sender("okafor", "Ngozi Okafor", "MAR"), key=f"planted:{ref}", at=now)  # fmt: skip
    refuse(given, Sender("manager", "Mina Hart", "MAR"), now, reason=PLANTED)
    delivery = Delivery.objects.create(authority="MAR", taken_in_at=now, taken_in_by="operator", report="{}")
    for number, note in ((NUMBER, PLANTED), ("MAR-OTHER-1", "")):
        received = json.dumps({"CHILD": number, "NOTE": note})
        RowKeptAside.objects.create(delivery=delivery, file="f", table="t", row=1, problem="x", received=received)


@pytest.fixture
def approved() -> Callable[[str], Erasure]:
    """Asked by the duty manager, approved by the data guardian."""

    def both(ref: str) -> Erasure:
        now = datetime.now(UTC)
        asked = ask(who("manager"), ref, reason=WHY, at=now)
        answer_erasure(who("guardian"), asked, is_approved=True, reason=WHY, at=now)
        return asked

    return both
