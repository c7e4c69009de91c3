"""What a partner's own system asks with a key: its notices, and what a named person answers. And schemathesis, which
asks whatever the description allows and what it does not, of these addresses and of every page."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from holdfast.access.actions import CannotDecide, add_person, give_post
from holdfast.access.deeds import Conflict, Shield
from holdfast.access.models import Agency, Person, Reading
from holdfast.access.rules import Role
from holdfast.access.systems.actions import add_system, end_keys, new_key
from holdfast.access.systems.rows import SystemKey
from holdfast.chronology.queries import stories
from holdfast.cli.main import every_command
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.handover.actions import offer
from holdfast.sharing.models import Message
from holdfast.sharing.queries import as_they_stand
from holdfast.sharing.rules import Channel, Recipient
from holdfast.web.partner_api import MOST_BYTES, PREFIX, description
from tests.access.test_route_matrix import all_routes
from tests.web.conftest import AMINA, PASSWORD, TUAN, county, signed_in, static_folder  # noqa: F401

SignIn = Callable[..., Client]
pytestmark = pytest.mark.django_db
GRACE = Sender("manager", "Grace Abara", "MAR")
WORDS = "Tuan was last seen at Carr Lane coach station."


class System:
    """A partner's own system, with its key."""

    def __init__(self, key: str) -> None:
        self.headers = {"authorization": f"Bearer {key}"}
        self.client = Client()

    def get(self, address: str) -> Any:
        return self.client.get(f"{PREFIX}{address}", headers=self.headers)

    def post(self, address: str, sent: object) -> Any:
        body = sent if isinstance(sent, bytes) else json.dumps(sent)
        kind = "application/json"
        return self.client.post(f"{PREFIX}{address}", body, content_type=kind, headers=self.headers)


def _add(at: datetime, agency: str = "MARPOL", role: Role = Role.MISSING_UNIT) -> str:
    where, by = Agency.objects.get(code=agency), Person.objects.get(username="manager")
    return add_system(f"{agency}-records", f"{where} records", where, role, by=by, days=90, at=at)


@pytest.fixture
def police(county: datetime) -> System:  # noqa: F811
    return System(_add(county - timedelta(days=1)))


@pytest.fixture
def search(county: datetime) -> str:  # noqa: F811
    """The police are asked to search for Tuan."""
    made = offer(
        TUAN, "the search for Tuan", to_agency="MARPOL", notice=WORDS, why="A child is missing", basis="Safeguarding",
        sender=GRACE, key="asked", at=county,
    )  # fmt: skip
    return Message.objects.get(handover=made).reference


def _told(at: datetime, agency: str = "MARPOL", ref: str = AMINA) -> str:
    notice = Notice(
        "missing-report", "A child is back", "Amina is back at Elm House.", "They were told", "Safeguarding"
    )
    to = Recipient(agency, "whoever is on duty", Channel.LINK)
    return tell(ref, to, notice, sender=GRACE, key=f"told:{agency}:{ref}", at=at).reference


def _standing(reference: str) -> Any:
    return as_they_stand(Message.objects.filter(reference=reference))[0].standing


def test_what_waits_is_listed_without_its_words_and_read_with_them(
    police: System,
    search: str,
    county: datetime,  # noqa: F811
) -> None:
    told = _told(county)
    _told(county, "LOW")
    listed = police.get("notices")
    assert [
        (n["reference"], n["asks"], n["child"]) for n in listed.json()["notices"] if n["reference"] in (told, search)
    ]
    found = {n["reference"]: n["asks"] for n in listed.json()["notices"]}
    assert found[search] == "acceptance" and found[told] == "receipt"
    assert Message.objects.get(to_agency="LOW", key__startswith="told:").reference not in found
    assert WORDS not in listed.content.decode() and "Tuan was" not in listed.content.decode()
    assert TUAN in Reading.objects.latest("pk").children and AMINA in Reading.objects.latest("pk").children
    one = police.get(f"notices/{search}")
    assert one.json()["words"].startswith(WORDS) and one.json()["basis"] == "Safeguarding"
    read = Reading.objects.latest("pk")
    assert (read.person.username, read.page) == ("MARPOL-records", "partner-notice") and TUAN in read.children
    assert [e.name for e in _standing(search).opened] == ["Marrowshire Police records"]
    assert one["Cache-Control"].find("no-store") >= 0


def test_a_named_person_accepts_and_the_record_says_who(police: System, search: str) -> None:
    done = police.post(f"notices/{search}/accepted", {"by": "  Alan   Reid "})
    assert done.status_code == 200 and done.json()["accepted"]["by"] == "Alan Reid"
    (entry,) = [e for e in stories([TUAN])[TUAN].standing if e.kind == "handover.accepted" and e.agency == "MARPOL"]
    assert entry.details.by == "Alan Reid" and entry.recorded_by == "MARPOL-records"
    assert police.post(f"notices/{search}/accepted", {"by": "Alan Reid"}).status_code == 200, "said twice"
    other = police.post(f"notices/{search}/accepted", {"by": "Joan Marsh"})
    assert other.status_code == 409 and other.json()["accepted"]["by"] == "Alan Reid"
    late = police.post(f"notices/{search}/refused", {"by": "Joan Marsh", "reason": "not ours"})
    assert late.status_code == 409
    assert search not in {n["reference"] for n in police.get("notices").json()["notices"]}
    count = sum(e.kind == "handover.accepted" for e in stories([TUAN])[TUAN].standing)
    assert count == len({e.id for e in stories([TUAN])[TUAN].standing if e.kind == "handover.accepted"})


def test_a_refusal_has_a_name_and_a_reason_and_somebody_else_is_told(police: System, search: str) -> None:
    done = police.post(f"notices/{search}/refused", {"by": "Alan Reid", "reason": "Another force searches"})
    assert done.json()["refused"] | {"at": ""} == {
        "by": "Alan Reid", "agency": "MARPOL", "at": "", "reason": "Another force searches",
    }  # fmt: skip
    assert any(e.kind == "handover.refused" for e in stories([TUAN])[TUAN].standing)


def test_a_notice_that_asks_nothing_is_received_and_cannot_be_refused(police: System, county: datetime) -> None:  # noqa: F811
    told = _told(county)
    assert police.post(f"notices/{told}/refused", {"by": "Alan Reid", "reason": "x"}).status_code == 409
    done = police.post(f"notices/{told}/received", {"by": "Alan Reid"})
    assert done.json()["received"]["by"] == "Alan Reid" and done.json()["accepted"] is None
    assert told not in {n["reference"] for n in police.get("notices").json()["notices"]}


BAD = [
    (b"", "body"),
    (b"by=Alan", "body"),
    (b"[]", "body"),
    (b'"Alan"', "body"),
    (b"\xff\xfe", "body"),
    (b"[" * 9_000, "body"),
    (b'{"by": "' + b"x" * MOST_BYTES + b'"}', "body"),
    (b"1" * 6_000, "body"),
    ({"by": "Alan Reid", "reason": "x"}, "body"),
    ({}, "by"),
    ({"by": ""}, "by"),
    ({"by": "  \n"}, "by"),
    ({"by": None}, "by"),
    ({"by": 7}, "by"),
    ({"by": ["Alan Reid"]}, "by"),
    ({"by": "x" * 121}, "by"),
    ({"by": "Alan\x00Reid"}, "by"),
    ({"by": "Alan\ud800Reid"}, "by"),
    ({"by": "Alan\x1bReid"}, "by"),
]


@pytest.mark.parametrize(("sent", "field"), BAD)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    police: System,
    search: str,
    sent: object,
    field: str,
) -> None:
    before = Message.objects.count()
    answer = police.post(f"notices/{search}/accepted", sent)
    assert answer.status_code == 422 and answer.json()["field"] == field and answer.json()["problem"]
    assert _standing(search).accepted is None and _standing(search).received is None
    assert Message.objects.count() == before


@pytest.mark.parametrize("how", ["none", "wrong", "basic", "session", "ended", "past", "post over", "inactive", "odd"])
def test_without_a_key_that_holds_nothing_opens(
    police: System,
    search: str,
    how: str,
    signed_in: SignIn,  # noqa: F811
    county: datetime,  # noqa: F811
) -> None:
    account = Person.objects.get(username="MARPOL-records")
    by = Person.objects.get(username="manager")
    key = police.headers["authorization"].removeprefix("Bearer ")
    if how == "session":
        police.client, police.headers = signed_in("reid"), {}
    elif how == "ended":
        assert end_keys(account, by=by, at=county) == 1
    elif how == "post over":
        account.posts.update(ends_on=county.date())
    elif how == "inactive":
        Person.objects.filter(pk=account.pk).update(is_active=False)
    elif how != "past":
        said = {"none": "", "wrong": f"Bearer {key}x", "basic": f"Basic {key}", "odd": "Bearer \udcff é 😱"}[how]
        police.headers = {"authorization": said} if said else {}
    with time_machine.travel(county + timedelta(days=90 if how == "past" else 0), tick=False):
        before = Reading.objects.count()
        for answer in (
            police.get("notices"),
            police.get(f"notices/{search}"),
            police.post(f"notices/{search}/accepted", {"by": "Alan Reid"}),
        ):
            assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer"
            assert answer.json().keys() == {"problem"}
    assert Reading.objects.count() == before and _standing(search).accepted is None


def test_a_key_opens_no_page(police: System) -> None:
    for address in ("/missing", f"/children/{TUAN}", "/handovers"):
        assert police.client.get(address, headers=police.headers).status_code == 302


@pytest.mark.parametrize("how", ["conflict", "shield", "another agency", "nobody", "personal"])
def test_what_is_not_for_it_looks_like_nothing(
    police: System,
    search: str,
    how: str,
    county: datetime,  # noqa: F811
) -> None:
    by, account = Person.objects.get(username="manager"), Person.objects.get(username="MARPOL-records")
    reference = search
    if how == "conflict":
        Conflict.objects.create(child_id=TUAN, person=account, by=by, at=county, reason="made up")
    elif how == "shield":
        Shield.objects.create(child_id=TUAN, by=by, at=county, reason="made up")
    elif how == "another agency":
        reference = _told(county, "LOW")
    elif how == "nobody":
        reference = "YYYY-8888"
    else:
        to = Recipient("", str(account), Channel.LINK, person=account.pk)
        reference = tell(None, to, Notice("x", "s", "t", "w", "b"), sender=GRACE, key="p", at=county).reference
    for answer in (
        police.get(f"notices/{reference}"),
        police.post(f"notices/{reference}/received", {"by": "Alan Reid"}),
    ):
        assert answer.status_code == 404
        assert answer.json() == {"problem": "There is no such notice, or it is not for your agency"}
    assert reference not in police.get("notices").content.decode()


def test_only_the_agency_of_the_key_counts(county: datetime, search: str) -> None:  # noqa: F811
    system = System(_add(county, "LOW", Role.SOCIAL_WORKER))
    account = Person.objects.get(username="LOW-records")
    give_post(
        person=account, agency=Agency.objects.get(code="MARPOL"), role=Role.MISSING_UNIT, begins_on=date(2025, 1, 1)
    )
    assert system.get(f"notices/{search}").status_code == 404, "the account works there too; the key is another's"


def test_if_the_reading_cannot_be_written_nothing_is_answered(
    police: System,
    search: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("holdfast.web.views.partner.record_reading", full)
    police.client.raise_request_exception = False
    for answer in (
        police.get("notices"),
        police.get(f"notices/{search}"),
        police.post(f"notices/{search}/accepted", {"by": "Alan Reid"}),
    ):
        assert answer.status_code == 500 and answer.json() == {"problem": "Something failed here. Ask again later"}
    assert _standing(search).accepted is None


def test_keys_are_for_accounts_that_nobody_signs_in_with(county: datetime) -> None:  # noqa: F811
    manager, police = Person.objects.get(username="manager"), Agency.objects.get(code="MARPOL")
    with pytest.raises(CannotDecide, match="nobody signs in with"):
        new_key(manager, by=manager, days=9, at=county)
    for username, role, days, words in (
        ("s", Role.DUTY_MANAGER, 9, "A system is one of"),
        ("s", Role.ANALYST, 9, "A system is one of"),
        ("MANAGER", Role.MISSING_UNIT, 9, "somebody's already"),
        ("s", Role.MISSING_UNIT, 367, "1 to 366 days"),
        ("s", Role.MISSING_UNIT, 0, "1 to 366 days"),
    ):
        with pytest.raises(CannotDecide, match=words):
            add_system(username, "Records", police, role, by=manager, days=days, at=county)
    assert not SystemKey.objects.exists() and not Person.objects.filter(username="s").exists()
    key = _add(county)
    account = Person.objects.get(username="MARPOL-records")
    assert not account.has_usable_password()
    kept = SystemKey.objects.get()
    assert key not in repr(list(SystemKey.objects.values())) and kept.digest != key
    again = new_key(account, by=manager, days=30, at=county)
    assert again != key and System(again).get("notices").status_code == System(key).get("notices").status_code == 200


@pytest.mark.parametrize("change", [{"digest": "0" * 64}, {"until": None}, {"agency_id": "LOW"}])
def test_a_key_is_ended_and_never_changed_or_deleted(county: datetime, change: dict) -> None:  # noqa: F811
    _add(county)
    change = {name: value or county + timedelta(days=999) for name, value in change.items()}
    for act in (lambda: SystemKey.objects.update(**change), lambda: SystemKey.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    SystemKey.objects.update(ended_at=county)
    with pytest.raises(DatabaseError), transaction.atomic():
        SystemKey.objects.update(ended_at=None)


def test_the_commands_make_list_and_end_keys(county: datetime) -> None:  # noqa: F811
    run = CliRunner()

    def system(*words: str) -> Any:
        return run.invoke(every_command(), ["system", *words])

    asked = ("add", "marpol", "MARPOL", "--name", "Marrowshire Police records", "--by", "manager", "--role")
    assert system(*asked, "duty-manager").exit_code == 2
    made = system(*asked, "missing-unit")
    key = re.search(r"holdfast_\S+", made.output)[0]
    assert made.exit_code == 0 and System(key).get("notices").status_code == 200
    assert system(*asked, "missing-unit").exit_code == 2, "the user name is taken"
    assert "marpol: Marrowshire Police records" in system("list").output and key not in system("list").output
    another = re.search(r"holdfast_\S+", system("new-key", "marpol", "--by", "manager").output)[0]
    assert System(another).get("notices").status_code == 200
    assert system("new-key", "manager", "--by", "manager").exit_code == 2
    assert "2 keys" in system("end", "marpol", "--by", "manager").output
    assert System(key).get("notices").status_code == System(another).get("notices").status_code == 401


# What schemathesis asks. The description is that of the service itself.

MANY = settings(
    max_examples=60, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
_MARKS = re.compile(r"Traceback|\.py\b|django|psycopg|sqlite", re.IGNORECASE)


def _with_a_key() -> dict:
    """The description without the key, which every question carries here: what happens without one stands above."""
    described = description()
    del described["security"], described["components"]["securitySchemes"]
    return described


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The service as it is served, without its end of a request: that would close the test's own connection. Django's
    test client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class _Browser(WSGIHandler):
    """Somebody signed in. Forged forms are not what is tried here: Django's own protection stands aside."""

    def __init__(self, cookies: str) -> None:
        super().__init__()
        self.cookies = cookies

    def __call__(self, environ: dict, start_response: Any) -> Any:
        return super().__call__({**environ, "HTTP_COOKIE": self.cookies}, start_response)

    def get_response(self, request: Any) -> Any:
        request._dont_enforce_csrf_checks = True
        return super().get_response(request)


def _operations(described: dict, app: WSGIHandler | None = None) -> list[Any]:
    found = schemathesis.openapi.from_dict(described)
    found.app = app or WSGIHandler()
    return [operation.ok() for operation in found.get_all_operations()]


def _calm(answer: Any, before: int, of: tuple[str, ...] = (TUAN, AMINA)) -> None:
    """No error of ours, no trace of the inside, and nothing of a child without a reading."""
    assert answer.status_code < 500
    assert not _MARKS.search(answer.text), answer.text[:500]
    if any(word in answer.text for word in of):
        assert Reading.objects.count() > before, answer.text[:500]


POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


# The list takes nothing that could be wrong.
@pytest.mark.parametrize(("at", "mode"), [*((n, POSITIVE) for n in range(5)), *((n, NEGATIVE) for n in range(1, 5))])
def test_schemathesis_finds_answers_as_they_are_described(
    one_connection: None,
    police: System,
    search: str,
    at: int,
    mode: Any,
    county: datetime,  # noqa: F811
) -> None:
    operation, told, statuses = _operations(_with_a_key())[at], _told(county), Counter[int]()
    cases = operation.as_strategy(generation_mode=mode)

    @MANY
    @given(data=st.data())
    def asked(data: Any) -> None:
        case = data.draw(cases)
        if "reference" in (case.path_parameters or {}) and data.draw(st.booleans()):
            case.path_parameters["reference"] = data.draw(st.sampled_from([search, told]))
        before = Reading.objects.count()
        try:
            with transaction.atomic():
                answer = case.call(headers=police.headers)
                statuses[answer.status_code] += 1
                _calm(answer, before)
                # Codes, kinds and shapes are those of the description; a method that it does not know is refused.
                case.validate_response(answer, excluded_checks=[schemathesis.checks.CHECKS.get_one("ignored_auth")])
                raise _Undo
        except _Undo:
            pass

    asked()
    assert statuses, operation.label
    print(operation.label, mode, dict(statuses))


class _Undo(Exception):
    """What one example wrote is not there for the next."""


def _pages() -> dict:
    """Every page as an operation: what stands in its address is text, what is sent is any form."""
    form = {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 5}
    found: dict[str, Any] = {}
    for name, pattern in sorted(all_routes()):
        if name in ("figures", "chart", "figure-table", "figures-report", "sign-out") or name.startswith("api"):
            continue
        places = re.findall(r"<\w+:(\w+)>", pattern)
        path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", pattern)
        found[path] = {
            "parameters": [
                {"name": place, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
                for place in places
            ]
            + [{"name": q, "in": "query", "schema": {"type": "string"}} for q in ("q", "page", "as_at", "show")],
            "get": {"responses": {"200": {"description": "A page"}}},
            "post": {
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}},
                "responses": {"200": {"description": "A page"}},
            },
        }
    return {"openapi": "3.1.0", "info": {"title": "Pages", "version": "1"}, "paths": found}


def _ask_a_few(operation: Any, statuses: Counter[int]) -> None:
    cases = operation.as_strategy(generation_mode=POSITIVE)

    @settings(MANY, max_examples=4)
    @given(data=st.data())
    def asked(data: Any) -> None:
        case = data.draw(cases)
        if "ref" in (case.path_parameters or {}) and data.draw(st.booleans()):
            case.path_parameters["ref"] = TUAN
        before = Reading.objects.count()
        answer = case.call()
        statuses[answer.status_code] += 1
        _calm(answer, before, of=("Tuan", "Amina"))

    asked()


def test_schemathesis_finds_no_page_that_answers_with_an_error_of_ours(one_connection: None, signed_in: SignIn) -> None:  # noqa: F811
    person = add_person(username="second", first_name="Joan", last_name="Marsh", password=PASSWORD)
    council = Agency.objects.get(code="MAR")
    give_post(person=person, agency=council, role=Role.DUTY_MANAGER, begins_on=date(2025, 1, 1))
    browser = _Browser("; ".join(f"{n}={one.value}" for n, one in signed_in("second").cookies.items()))
    operations, statuses = _operations(_pages(), browser), Counter[int]()
    for operation in operations:
        _ask_a_few(operation, statuses)
    print(f"{len(operations)} operations: {dict(statuses)}")
    assert len(operations) > 120 and statuses[200] > 100, statuses
