"""Signing in with a code, giving one anew before what cannot be taken back, and sessions that nobody uses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from holdfast.access.factors import actions, codes
from holdfast.access.factors.rows import CodeGenerator, PaperCode
from holdfast.access.models import Person
from holdfast.access.vault import rotation
from holdfast.config import home
from tests.web.conftest import AMINA, PASSWORD, TUAN, county, static_folder  # noqa: F401

pytestmark = pytest.mark.django_db
RFC_SECRET = b"12345678901234567890"
WHY = "Visiting this afternoon for the statutory visit"


@pytest.fixture(autouse=True)
def factor_is_on(settings: Any, tmp_path: Any) -> None:
    settings.SECOND_FACTOR = True
    settings.VAULT_KEYS = str(tmp_path / "vault.keys")


def _code(person: Person, at: datetime, ahead: int = 0) -> str:
    held = CodeGenerator.objects.get(person=person)
    return codes.code_at(actions._secret(held), int(at.timestamp()) // codes.PERIOD + ahead)


def _set_up(username: str) -> tuple[Person, list[str]]:
    person, earlier = Person.objects.get(username=username), datetime.now(UTC) - timedelta(hours=1)
    actions.begin_set_up(person, earlier)
    paper = actions.confirm_set_up(person, _code(person, earlier), earlier)
    assert paper
    person.refresh_from_db()
    return person, paper


def _password(client: Client, username: str, **kept: str) -> Any:
    return client.post("/sign-in", {"username": username, "password": PASSWORD, "next": "/missing", **kept})


def _signed_in(username: str) -> tuple[Client, Person, list[str]]:
    client = Client()
    person, paper = _set_up(username)
    assert "Enter the code" in _password(client, username).content.decode()
    answer = client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    assert (answer.status_code, answer["Location"]) == (302, "/missing")
    return client, person, paper


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_9_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B; its eight figures end with our six."""
    assert codes.code_at(RFC_SECRET, seconds // 30) == code[-6:]


@pytest.mark.parametrize("username", ["manager", "okafor", "reid", "elm", "hale", "guardian"])
def test_9_a_password_alone_opens_nothing_for_any_role(county: datetime, username: str) -> None:  # noqa: F811
    client = Client()
    assert "Set up your code generator" in _password(client, username).content.decode()
    for address in ("/missing", f"/children/{TUAN}", "/reviews", "/emergency", "/demands", "/conflict"):
        assert client.get(address)["Location"].startswith("/sign-in"), address
    forced = Client()
    forced.force_login(Person.objects.get(username=username))
    assert forced.get("/missing")["Location"].startswith("/sign-in"), "a session without a factor is none"


def test_9_setting_up_shows_a_square_a_secret_and_codes_on_paper_once(county: datetime) -> None:  # noqa: F811
    client, person = Client(), Person.objects.get(username="okafor")
    page = _password(client, "okafor").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret and codes.typed_secret(actions._secret(CodeGenerator.objects.get())) == secret[1]
    assert "The code is not right" in client.post("/sign-in/code", {"code": "000000"}).content.decode()
    done = client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))}).content.decode()
    paper = re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", done)
    assert len(set(paper)) == 10
    assert client.get("/missing").status_code == 200
    assert not PaperCode.objects.filter(digest__in=paper).exists(), "kept as digests"
    assert secret[1].replace(" ", "") not in str(list(CodeGenerator.objects.values()))


def test_9_a_code_is_good_once_and_no_earlier_one_after_it(county: datetime) -> None:  # noqa: F811
    person, _ = _set_up("okafor")
    now = datetime.now(UTC)
    code, before = _code(person, now), _code(person, now, -1)
    assert actions.check_code(person, f" {code[:3]} {code[3:]} ", now)
    assert not actions.check_code(person, code, now)
    assert not actions.check_code(person, before, now)


@pytest.mark.parametrize(("ahead", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_9_a_clock_may_be_half_a_minute_off(county: datetime, ahead: int, good: bool) -> None:  # noqa: F811
    person, _ = _set_up("okafor")
    now = datetime.now(UTC)
    assert actions.check_code(person, _code(person, now, ahead), now) is good


def test_16_a_paper_code_is_good_once_and_only_for_its_owner(county: datetime) -> None:  # noqa: F811
    (okafor, paper), (reid, _) = _set_up("okafor"), _set_up("reid")
    now = datetime.now(UTC)
    assert not actions.check_code(reid, paper[0], now)
    assert actions.check_code(okafor, paper[0].lower().replace("-", " "), now)
    assert not actions.check_code(okafor, paper[0], now)
    assert actions.check_code(okafor, paper[1], now)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "é" * 6, "०" * 6, "' OR 1=1 --", "0" * 20])
def test_9_what_is_no_code_is_refused(county: datetime, code: str) -> None:  # noqa: F811
    _set_up("okafor")
    client = Client()
    _password(client, "okafor")
    assert client.post("/sign-in/code", {"code": code}).status_code == 200
    assert client.get("/missing").status_code == 302


def test_11_wrong_codes_are_counted(county: datetime) -> None:  # noqa: F811
    person, _ = _set_up("okafor")
    client = Client(REMOTE_ADDR="192.0.2.7")
    _password(client, "okafor")
    for _ in range(5):
        client.post("/sign-in/code", {"code": "000000"})
    answer = client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    assert "There were too many tries" in answer.content.decode()


def test_9_whoever_waits_too_long_between_password_and_code_begins_again(county: datetime) -> None:  # noqa: F811
    person, _ = _set_up("okafor")
    client, now = Client(), datetime.now(UTC)
    _password(client, "okafor")
    with time_machine.travel(now + timedelta(minutes=11)):
        answer = client.post("/sign-in/code", {"code": _code(person, now + timedelta(minutes=11))})
        assert answer["Location"] == "/sign-in"
    assert Client().post("/sign-in/code", {"code": "123456"})["Location"] == "/sign-in"


def test_13_the_session_has_a_new_name_after_each_step(county: datetime) -> None:  # noqa: F811
    person, _ = _set_up("okafor")
    client = Client()
    client.get("/sign-in")
    _password(client, "okafor")
    first = client.cookies["holdfast_session"].value
    client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    assert client.cookies["holdfast_session"].value != first


def test_13_sessions_end_when_the_factor_or_the_password_changes(county: datetime) -> None:  # noqa: F811
    client, person, _ = _signed_in("okafor")
    assert client.get("/missing").status_code == 200
    actions.end_factor(person, datetime.now(UTC))
    assert client.get("/missing").status_code == 302
    other, person, _ = _signed_in("reid")
    person.set_password("another one that is long")
    person.save()
    assert other.get("/missing").status_code == 302


def test_16_a_factor_that_was_ended_is_set_up_anew_and_the_old_codes_are_dead(county: datetime) -> None:  # noqa: F811
    person, paper = _set_up("okafor")
    actions.end_factor(person, datetime.now(UTC))
    assert not actions.check_code(person, paper[0], datetime.now(UTC))
    assert "Set up your code generator" in _password(Client(), "okafor").content.decode()


def test_16_who_has_a_factor_cannot_be_given_another_by_a_password(county: datetime) -> None:  # noqa: F811
    person, _ = _set_up("okafor")
    with pytest.raises(ValueError, match="has a second factor"):
        actions.begin_set_up(person, datetime.now(UTC))
    assert actions.confirm_set_up(person, "000000", datetime.now(UTC)) is None


def _fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


STEP_UP = [
    ("manager", "/emergency", {"reference": AMINA, "reason": WHY, "hours": "1"}),
    ("manager", f"/children/{TUAN}/home/reveal", {"place": "address", "reason": WHY}),
    ("manager", f"/children/{TUAN}/protection", {"decision": "shield", "named": "", "reason": WHY}),
]


@pytest.mark.parametrize(("username", "address", "asked"), STEP_UP)
def test_14_what_cannot_be_taken_back_asks_for_a_fresh_code(
    county: datetime,  # noqa: F811
    username: str,
    address: str,
    asked: dict[str, str],
) -> None:
    from holdfast.access.deeds import Shield
    from holdfast.access.vault.rows import VaultReveal

    client, person, _ = _signed_in(username)
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(minutes=4)):
        assert client.get("/missing").status_code == 200
        assert client.post("/conflict", {}).status_code == 200
    with time_machine.travel(now + timedelta(minutes=6)) as clock:
        answer = client.post(address, asked)
        assert answer.status_code == 401 and "Confirm that it is you" in answer.content.decode()
        assert not Shield.objects.exists() and not VaultReveal.objects.exists()
        kept = _fields(answer.content.decode())
        assert {k.removeprefix("kept-"): v for k, v in kept.items() if k != "next"} == asked
        wrong = client.post("/confirm", {**kept, "code": "000000"})
        assert wrong.status_code == 401 and _fields(wrong.content.decode()) == kept
        clock.move_to(now + timedelta(minutes=7))
        good = client.post("/confirm", {**kept, "code": _code(person, now + timedelta(minutes=7))})
        assert good.status_code == 200 and f'action="{address}"' in good.content.decode()
        assert client.post(address, _fields(good.content.decode())).status_code != 401
        clock.move_to(now + timedelta(minutes=13))
        assert client.post(address, asked).status_code == 401, "five minutes later it is asked for again"


def test_14_a_confirmation_never_leads_to_another_house(county: datetime) -> None:  # noqa: F811
    client, person, _ = _signed_in("manager")
    now = datetime.now(UTC) + timedelta(minutes=1)
    for number, address in enumerate(("https://evil.example/", "//evil.example", "javascript:alert(1)")):
        at = now + timedelta(minutes=number)
        with time_machine.travel(at):
            answer = client.post("/confirm", {"next": address, "kept-a": "b", "code": _code(person, at)})
            assert 'action="/"' in answer.content.decode() and "evil" not in answer.content.decode()


@pytest.mark.parametrize(("minutes", "stands"), [(14.98, True), (15.02, False)])
def test_12_a_session_ends_after_fifteen_idle_minutes(county: datetime, minutes: float, stands: bool) -> None:  # noqa: F811
    client, _, _ = _signed_in("okafor")
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(minutes=minutes)):
        assert (client.get("/missing").status_code == 200) is stands


def test_12_a_session_that_is_used_goes_on_and_a_list_that_renews_itself_is_no_use(county: datetime) -> None:  # noqa: F811
    client, _, _ = _signed_in("okafor")
    now = datetime.now(UTC)
    with time_machine.travel(now) as clock:
        for minutes in (10, 20, 30):
            clock.move_to(now + timedelta(minutes=minutes))
            assert client.get("/missing").status_code == 200
        for minutes in (35, 40, 44):
            clock.move_to(now + timedelta(minutes=minutes))
            assert client.get("/missing/list").status_code == 200
        clock.move_to(now + timedelta(minutes=46))
        assert client.get("/missing").status_code == 302


def test_12_what_was_typed_survives_an_idle_end_and_both_steps(county: datetime) -> None:  # noqa: F811
    client, person, _ = _signed_in("okafor")
    later = datetime.now(UTC) + timedelta(minutes=20)
    with time_machine.travel(later):
        ended = client.post("/conflict", {"reference": AMINA, "reason": "my niece"})
        assert ended.status_code == 401
        first = _fields(ended.content.decode())
        assert (first["kept-reference"], first["kept-reason"]) == (AMINA, "my niece")
        second = client.post("/sign-in", {**first, "username": "okafor", "password": PASSWORD})
        third = client.post("/sign-in/code", {**_fields(second.content.decode()), "code": _code(person, later)})
        assert "You are signed in again" in third.content.decode()
        assert _fields(third.content.decode()) == {"reference": AMINA, "reason": "my niece"}


def test_44_secrets_of_generators_are_sealed_anew_with_the_vault(county: datetime) -> None:  # noqa: F811
    person, _ = _set_up("okafor")
    fresh = rotation.new_key()
    assert rotation.rotate() == 1 and CodeGenerator.objects.get().key == fresh
    assert rotation.verify_vault().is_whole
    assert actions.check_code(person, _code(person, datetime.now(UTC)), datetime.now(UTC))


def test_9_only_a_demonstration_can_do_without(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    assert not home.is_demo()
    (tmp_path / "holdfast.db").touch()
    home.mark_as_demo()
    assert not home.is_demo(), "an installation that holds something is never made a demonstration"
    (tmp_path / "holdfast.db").unlink()
    home.mark_as_demo()
    assert home.is_demo()
