"""Two directories, one of them badly kept: it opens nothing of the other's. A strange account is never joined unseen,
and nobody who is not signed in leaves much behind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from holdfast.access.actions import give_post
from holdfast.access.directory.actions import add_directory, join
from holdfast.access.directory.rows import Directory
from holdfast.access.models import Agency, Person
from holdfast.access.rules import Role
from holdfast.cli.outbox import watching
from tests.access import bent_directory
from tests.access.bent_directory import CLIENT, SECRET, SUBJECT, Bent, asked_in, sent_to
from tests.access.test_directory_sign_in import _added, _is_out, _okafor, a_house  # noqa: F401
from tests.access.test_the_second_factor import _code, _password, _set_up
from tests.web.conftest import static_folder  # noqa: F401

pytestmark = pytest.mark.django_db
ELSEWHERE = "okafor-elsewhere"
HERE = "http://testserver"


@pytest.fixture
def both() -> Iterator[tuple[Bent, Bent]]:
    """The council's directory, and another agency's."""
    with ExitStack() as stack:
        yield stack.enter_context(bent_directory.running()), stack.enter_context(bent_directory.running())


def _second(issuer: str, **how: Any) -> Directory:
    """The directory of another agency in which Ms Okafor holds a post too."""
    agency = Agency.objects.exclude(code="MAR").order_by("code")[0]
    give_post(person=_okafor(), agency=agency, role=Role.ANALYST, begins_on=date(2026, 1, 1))
    said = {"client": CLIENT, "secret": SECRET, "factor": "", "only": False, **how}
    return add_directory(agency, issuer=issuer, by=Person.objects.get(username="manager"), at=datetime.now(UTC), **said)


def _goes(client: Client, bent: Bent, agency: str) -> None:
    """The browser chooses that agency and is sent to its directory."""
    page = client.post("/sign-in/agency", {"agency": agency, "next": "/missing"})
    bent.asked = asked_in(sent_to(page.content.decode()))


def _comes(client: Client, asked: dict[str, str], *, code: str = "c", state: str = "") -> Any:
    """The directory that was asked this sends a browser back to the address that it was given."""
    return client.get(asked["redirect_uri"].removeprefix(HERE), {"code": code, "state": state or asked["state"]})


def _joined_to_both(both: tuple[Bent, Bent], *, only: tuple[bool, bool], factor: str = "amr:mfa") -> tuple[Person, str]:
    """Ms Okafor, with a second factor of ours; and the code of the other agency."""
    council, other = both
    person, _ = _set_up("okafor")
    join(_added(council.issuer, only=only[0], factor=factor), person, SUBJECT, by=person, at=datetime.now(UTC))
    second = _second(other.issuer, only=only[1], factor=factor)
    join(second, person, ELSEWHERE, by=person, at=datetime.now(UTC))
    council.claims, other.claims = {"amr": ["mfa"]}, {"sub": ELSEWHERE, "amr": ["mfa"]}
    return person, second.agency_id


def test_9_another_agencys_directory_is_no_way_round_the_only_way_in(both: tuple[Bent, Bent]) -> None:
    _, elsewhere = _joined_to_both(both, only=(True, False))
    client = Client()
    _goes(client, both[1], elsewhere)
    page = _comes(client, both[1].asked)
    assert page.status_code == 403 and "through its own account only" in page.content.decode() and _is_out(client)
    assert "second_step" not in client.session, "no half way either"
    _goes(client, both[0], "MAR")
    assert "Enter the code" in _comes(client, both[0].asked).content.decode(), "the council's own is the way"


def test_9_of_two_directories_that_are_the_only_way_each_is_one(both: tuple[Bent, Bent]) -> None:
    """Otherwise nobody who works in both could ever sign in."""
    _, elsewhere = _joined_to_both(both, only=(True, True))
    for bent, agency in zip(both, ("MAR", elsewhere), strict=True):
        client = Client()
        _goes(client, bent, agency)
        assert "Enter the code" in _comes(client, bent.asked).content.decode()
    assert "through its own account only" in _password(Client(), "okafor").content.decode()


@pytest.mark.parametrize("which", [0, 1])
def test_9_a_directorys_factor_is_not_enough_for_the_posts_of_another_agency(
    both: tuple[Bent, Bent], which: int
) -> None:
    person, elsewhere = _joined_to_both(both, only=(False, False))
    client = Client()
    _goes(client, both[which], ("MAR", elsewhere)[which])
    assert "Enter the code" in _comes(client, both[which].asked).content.decode() and _is_out(client)
    client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    assert client.get("/missing").status_code == 200


def test_9_a_code_of_one_directory_never_goes_to_another(both: tuple[Bent, Bent]) -> None:
    """RFC 9700, 4.4: the mix-up. The council's directory is honest, and sends no `iss` with its answers."""
    honest, evil = both
    victim, _ = _set_up("okafor")
    join(_added(honest.issuer, factor="amr:mfa"), victim, SUBJECT, by=victim, at=datetime.now(UTC))
    second = _second(evil.issuer)
    # 1. Somebody begins a sign-in with the council's directory in a browser of their own.
    thief = Client()
    _goes(thief, honest, "MAR")
    theirs = honest.asked
    # 2. Ms Okafor chooses the other agency. Its directory sends her browser on to the council's, with the thief's
    #    challenge and nonce and her own state; there she has a session.
    browser = Client()
    _goes(browser, evil, second.agency_id)
    assert evil.asked["redirect_uri"] != theirs["redirect_uri"]
    # 3. The council's directory sends her browser to the address that it knows.
    code = "bound-to-the-challenge-of-the-thief"
    page = _comes(browser, theirs, code=code, state=evil.asked["state"])
    assert page.status_code == 403 and "did not work" in page.content.decode()
    assert code not in [form.get("code") for form in evil.forms], "the thief's directory would have it now"
    assert not evil.forms and not honest.forms, "nothing was asked at all"


def _goes_to_join(bent: Bent) -> tuple[Client, Person]:
    """Ms Okafor, signed in with password and code, is sent to the council's directory to join her account."""
    person, _ = _set_up("okafor")
    client = Client()
    _password(client, "okafor")
    client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    bent.asked = asked_in(sent_to(client.post("/agency-account", {"agency": "MAR"}).content.decode()))
    return client, person


def test_9_a_join_comes_back_by_its_own_directorys_address_too(both: tuple[Bent, Bent]) -> None:
    council, other = both
    directory, second = _added(council.issuer), _second(other.issuer)
    client, person = _goes_to_join(council)
    elsewhere = {name: value.replace(str(directory.pk), str(second.pk)) for name, value in council.asked.items()}
    assert _comes(client, elsewhere).status_code == 403
    assert not person.directories.exists() and not council.forms


# Joining


@pytest.mark.parametrize("factor", ["", "amr:mfa"])
def test_9_whoever_joins_is_asked_at_the_directory_who_they_are(both: tuple[Bent, Bent], factor: str) -> None:
    council, _ = both
    _added(council.issuer, factor=factor)
    _goes_to_join(council)
    assert council.asked["prompt"] == "login" and council.asked["max_age"] == "0"
    _goes(Client(), council, "MAR")
    assert "prompt" not in council.asked, "a sign-in asks no more of people than before"
    assert council.asked.get("max_age") == ("600" if factor else None)


@pytest.mark.parametrize("seconds", [-480, -90, 120, 99_999_999])
def test_9_the_account_of_whoever_sat_here_before_is_not_joined(both: tuple[Bent, Bent], seconds: int) -> None:
    """The directory has a session of a colleague's in this browser, and answers without a question."""
    council, _ = both
    _added(council.issuer)
    client, person = _goes_to_join(council)
    council.claims = {"sub": "colleague", "auth_time": int(datetime.now(UTC).timestamp()) + seconds}
    page = _comes(client, council.asked)
    assert page.status_code == 403 and "did not ask who you are" in page.content.decode()
    assert not person.directories.exists()


@pytest.mark.parametrize(
    ("claims", "known_as"),
    [
        ({"auth_time": None, "email": "colleague@marrowshire.example"}, "colleague@marrowshire.example"),
        ({"auth_time": None, "email": None, "name": "<b>A colleague</b>"}, "&lt;b&gt;A colleague&lt;/b&gt;"),
        ({"auth_time": None, "email": ["x"], "name": "\n"}, "the-colleague"),
        ({"email": None, "name": None}, "the-colleague"),
    ],
)
def test_9_the_page_says_once_which_account_was_joined(
    both: tuple[Bent, Bent], claims: dict[str, Any], known_as: str
) -> None:
    """A directory that does not say when somebody signed in may have answered for whoever did last."""
    council, _ = both
    _added(council.issuer)
    client, person = _goes_to_join(council)
    council.claims = {"sub": "the-colleague", **claims}
    assert _comes(client, council.asked)["Location"] == "/agency-account"
    said = f"You have joined the account {known_as}. If that is not yours, end the join now"
    assert said in client.get("/agency-account").content.decode()
    again = client.get("/agency-account").content.decode()
    assert said not in again and "<strong>the-colleague</strong>, joined" in again
    assert person.directories.get().subject == "the-colleague"


# What nobody leaves behind


def _noise(length: int) -> str:
    """Letters that cannot be packed."""
    return random.Random(7).randbytes(length // 2).hex()


def test_11_what_a_stranger_sends_us_to_keep_is_small(both: tuple[Bent, Bent]) -> None:
    council, _ = both
    _added(council.issuer)
    for _ in range(5):  # no cookie of any
        page = Client().post("/sign-in/agency", {"agency": "MAR", "kept-x": _noise(2_300_000)})
        assert page.status_code == 413 and "too long to be kept" in page.content.decode()
        page = Client().post("/sign-in/agency", {"agency": "MAR", "next": "/" + _noise(2_300_000)})
        assert page.status_code == 200
    assert sum(len(one.session_data) for one in Session.objects.all()) < 10_000


def test_9_what_is_too_long_to_keep_stays_in_the_page_and_nobody_is_sent_away(both: tuple[Bent, Bent]) -> None:
    council, _ = both
    _added(council.issuer)
    typed = "She was seen at the bus station. " + "é" * 32_000
    page = Client().post("/sign-in/agency", {"agency": "MAR", "next": "/missing", "kept-note": typed})
    said = page.content.decode()
    assert typed in said and 'name="kept-note"' in said and "http-equiv" not in said
    page = Client().post("/sign-in/agency", {"agency": "MAR", "next": "/missing", "kept-note": "é" * 31_000})
    assert sent_to(page.content.decode())


def test_11_a_session_of_nobody_ends_with_its_errand_and_one_of_somebody_does_not(both: tuple[Bent, Bent]) -> None:
    council, _ = both
    _added(council.issuer)
    nobody = Client()
    _goes(nobody, council, "MAR")
    assert nobody.session.get_expiry_age() == 600
    client, person = _goes_to_join(council)
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
    _goes(client, council, "MAR")
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE, "signed in, and signing in again"
    _goes(nobody, council, "MAR")
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=45), tick=True):
        _password(nobody, "okafor")
        nobody.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
        assert nobody.get("/missing").status_code == 200
        assert nobody.session.get_expiry_age() == settings.SESSION_COOKIE_AGE, "what the errand set is gone"


def test_11_sign_ins_that_are_begun_are_counted_by_address_and_lock_no_password_out(both: tuple[Bent, Bent]) -> None:
    council, _ = both
    _added(council.issuer)
    _set_up("okafor")
    for _ in range(60):
        assert sent_to(Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/agency", {"agency": "MAR"}).content.decode())
    sessions = Session.objects.count()
    page = Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/agency", {"agency": "MAR", "kept-note": "at the bus station"})
    assert "There were too many tries" in page.content.decode() and "at the bus station" in page.content.decode()
    assert Session.objects.count() == sessions
    assert sent_to(Client(REMOTE_ADDR="192.0.2.8").post("/sign-in/agency", {"agency": "MAR"}).content.decode())
    assert "Enter the code" in _password(Client(REMOTE_ADDR="192.0.2.7"), "okafor").content.decode()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert sent_to(Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/agency", {"agency": "MAR"}).content.decode())


def test_11_the_watch_clears_sessions_that_have_ended_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.access.sessions.actions._AT_ONCE", 2)
    now = datetime.now(UTC)

    def ended(*minutes: int) -> None:
        for one in minutes:
            key = f"{one}-{Session.objects.count()}"
            Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(minutes=one))

    ended(-1, -1, -600, -1, -1, 70, 300)
    turn = watching()
    assert turn() == "" and Session.objects.count() == 2
    with time_machine.travel(now + timedelta(minutes=30), tick=False):
        ended(-1)
        turn()
        assert Session.objects.count() == 3, "not yet"
    with time_machine.travel(now + timedelta(minutes=75), tick=False):
        turn()
        assert [one.expire_date for one in Session.objects.all()] == [now + timedelta(minutes=300)]
