"""Limits on opening, on trying passwords, on sessions and on accounts that nobody uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from holdfast.access import limits
from holdfast.access.actions import OverLimit, end_post, note_limit, note_miss, open_account_again, record_reading
from holdfast.access.deeds import LimitReview, Miss, ReachedLimit, SignInTry
from holdfast.access.limits import Limit, Spent, reached
from holdfast.access.models import Agency, Person, Reading, TieRow
from holdfast.access.rules import Act, Role, Tie
from holdfast.chronology.actions import open_chronology
from tests.access.test_emergencies_and_shields import _another_manager
from tests.access.test_who_may_look import NOW, a_reader
from tests.web.conftest import AMINA, PASSWORD, SELAM, TUAN, county, signed_in, static_folder  # noqa: F401
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits small enough to reach in a test."""
    monkeypatch.setattr(limits, "MOST_IN_AN_HOUR", 2)
    monkeypatch.setattr(limits, "MOST_IN_A_DAY", 3)
    monkeypatch.setattr(limits, "MOST_MISSES", 4)


@pytest.mark.parametrize(
    ("spent", "limit"),
    [
        (Spent(59, 199, 19), None),
        (Spent(60, 60, 0), Limit.OPENED_IN_AN_HOUR),
        (Spent(0, 200, 0), Limit.OPENED_IN_A_DAY),
        (Spent(0, 0, 20), Limit.MISSED_IN_AN_HOUR),
    ],
)
def test_34_the_limits_are_sixty_an_hour_two_hundred_a_day_and_twenty_misses(spent: Spent, limit: Limit | None) -> None:
    assert reached(spent) is limit


@pytest.mark.parametrize(
    "pace", [timedelta(seconds=5), timedelta(seconds=59), timedelta(minutes=3), timedelta(minutes=7)]
)
def test_34_a_browser_at_any_pace_is_stopped_at_the_limit_and_not_before(pace: timedelta) -> None:
    who = a_reader(Role.SOCIAL_WORKER, "MAR")
    opened = 0
    with pytest.raises(OverLimit):
        for n in range(limits.MOST_IN_A_DAY + 1):
            record_reading(who, Act.OPEN, [open_chronology()], page="child", at=NOW + n * pace)
            opened += 1
    in_an_hour = -(-limits.HOUR // pace)
    assert opened == (limits.MOST_IN_AN_HOUR if in_an_hour >= limits.MOST_IN_AN_HOUR else limits.MOST_IN_A_DAY)


def test_34_a_hard_shift_on_the_same_children_reaches_no_limit() -> None:
    who = a_reader(Role.SOCIAL_WORKER, "MAR")
    children = [open_chronology() for _ in range(25)]
    for n in range(300):
        record_reading(who, Act.OPEN, [children[n % 25]], page="child", at=NOW + n * timedelta(minutes=1))
    record_reading(who, Act.OPEN, [open_chronology()], page="child", at=NOW + timedelta(minutes=301))


def test_34_the_page_says_what_to_do_and_a_review_is_asked_for_once(signed_in: SignIn, few: None) -> None:  # noqa: F811
    client = signed_in("okafor")
    assert [client.get(f"/children/{ref}").status_code for ref in (TUAN, AMINA, TUAN)] == [200, 200, 200]
    before = Reading.objects.count()
    for _ in range(3):
        answer = client.get(f"/children/{SELAM}")
        assert answer.status_code == 429 and "Selam" not in answer.content.decode()
        assert "open one child in an emergency" in text_of(answer) and "01632 960 116" in text_of(answer)
    assert Reading.objects.count() == before
    assert client.get(f"/children/{TUAN}").status_code == 200, "what was opened today stays open"
    assert ReachedLimit.objects.count() == 1
    said = text_of(signed_in("manager").get("/reviews"))
    assert "Ngozi Okafor opened" in said
    assert "Ngozi Okafor" not in text_of(signed_in("elm").get("/reviews")).replace("Signed in as", "")


def test_34_an_emergency_opens_one_child_when_the_limit_is_reached(signed_in: SignIn, few: None) -> None:  # noqa: F811
    client = signed_in("elm")
    with_limits = {"reference": AMINA, "reason": "Found at the coach station, alone", "hours": "1"}
    client.get(f"/children/{TUAN}")
    client.get("/children/JRD4-8VTM")
    assert client.post("/emergency", with_limits).status_code == 302
    assert client.get(f"/children/{AMINA}").status_code == 200


def test_34_searches_are_counted_and_stopped_and_what_was_looked_for_stands_in_no_address(
    signed_in: SignIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_SEARCHES", 3)
    client = signed_in("okafor")
    for _ in range(3):
        sent = client.post("/report", {"name": "Tuan"})
        assert sent.status_code == 302 and "Tuan" not in sent["Location"]
        assert TUAN in client.get(sent["Location"]).content.decode()
    refused = client.get(sent["Location"])
    assert refused.status_code == 429 and TUAN not in refused.content.decode()
    assert ReachedLimit.objects.get().limit == Limit.SEARCHES_IN_AN_HOUR.value
    assert "searched for children" in text_of(signed_in("manager").get("/reviews"))
    assert client.get("/report").status_code == 200, "reporting one's own children goes on"


def test_34_searches_that_find_nothing_are_misses(signed_in: SignIn, few: None) -> None:  # noqa: F811
    client = signed_in("okafor")
    for _ in range(4):
        assert "No child whom you may report" in text_of(client.post("/report", {"name": "Zzz"}, follow=True))
    assert Miss.objects.count() == 4
    assert client.post("/report", {"name": "Tuan"}, follow=True).status_code == 429


def test_34_guessing_references_is_counted_and_stopped(signed_in: SignIn, few: None) -> None:  # noqa: F811
    client = signed_in("okafor")
    for n in range(4):
        assert client.get(f"/children/ZZZZ-999{n}").status_code == 404
    assert Miss.objects.count() == 4
    assert client.get(f"/children/{TUAN}").status_code == 429
    asked = {"reference": TUAN, "reason": "Found at the coach station, alone", "hours": "1"}
    assert signed_in("elm").post("/emergency", asked).status_code == 302
    assert ReachedLimit.objects.get().limit == Limit.MISSED_IN_AN_HOUR.value
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        client.force_login(Person.objects.get(username="okafor"))
        assert client.get(f"/children/{TUAN}").status_code == 200


def test_34_a_limit_is_reviewed_by_somebody_else(signed_in: SignIn) -> None:  # noqa: F811
    now = datetime.now(UTC)
    for username in ("manager", "reid", "okafor"):
        note_limit(Person.objects.get(username=username), Limit.OPENED_IN_AN_HOUR, now)
    own = ReachedLimit.objects.get(person__username="manager")
    manager, second = signed_in("manager"), _another_manager()
    assert "Alan Reid" in text_of(signed_in("inspector").get("/reviews")), "she manages the police unit"
    assert "Alan Reid" not in text_of(manager.get("/reviews"))
    Person.objects.get(username="inspector").posts.update(ends_on=now.date())
    assert manager.get(f"/reviews/{own.pk}").status_code == 404
    assert "Alan Reid" in text_of(manager.get("/reviews")), "nobody manages the police unit here: the council does"
    assert "Grace Abara" in text_of(second.get("/reviews"))
    assert second.post(f"/reviews/{own.pk}", {"outcome": "justified", "note": "handover"}).status_code == 302
    assert LimitReview.objects.get().by.username == "second"
    assert second.get("/reviews/not-a-number").status_code == 404


def _try(client: Client, username: str, password: str, address: str = "203.0.113.7") -> str:
    answer = client.post("/sign-in", {"username": username, "password": password}, REMOTE_ADDR=address)
    return "in" if answer.status_code == 302 else text_of(answer)


def test_11_five_wrong_passwords_from_one_place_and_the_right_one_waits_too(county: datetime) -> None:  # noqa: F811
    client = Client()
    for _ in range(5):
        assert "not right" in _try(client, "manager", "wrong")
    assert "Wait 15 minutes" in _try(client, "MANAGER ".lower(), PASSWORD)
    assert _try(Client(), "manager", PASSWORD, "198.51.100.9") == "in", "nobody can lock her out from elsewhere"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert _try(Client(), "manager", PASSWORD) == "in"


def test_11_a_name_that_is_nobodys_gets_the_same_answers(county: datetime) -> None:  # noqa: F811
    client = Client()
    said = {name: [_try(client, name, "wrong") for _ in range(6)] for name in ("manager", "nobody")}
    assert said["manager"] == [s.replace("nobody", "manager") for s in said["nobody"]]


def test_11_one_address_tries_many_names(county: datetime, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(limits, "TRIES_FROM_AN_ADDRESS", 6)
    for n in range(6):
        _try(Client(), f"name{n}", "wrong")
    assert "Wait 15 minutes" in _try(Client(), "manager", PASSWORD)
    assert _try(Client(), "manager", PASSWORD, "127.0.0.1") == "in", "a proxy on this machine says nothing of who tries"


def test_11_many_addresses_try_one_name(county: datetime, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(limits, "TRIES_OF_A_NAME", 6)
    for n in range(6):
        _try(Client(), "manager", "wrong", f"203.0.113.{n}")
    assert "Wait 15 minutes" in _try(Client(), "manager", PASSWORD, "198.51.100.9")


def test_11_a_proxy_that_does_not_say_who_asks_lets_nobody_be_locked_out_with_five(county: datetime) -> None:  # noqa: F811
    for _ in range(limits.TRIES_OF_A_NAME_FROM_AN_ADDRESS + 1):
        assert "not right" in _try(Client(), "manager", "wrong", "127.0.0.1")
    assert _try(Client(), "manager", PASSWORD, "127.0.0.1") == "in"


def test_11_what_was_typed_is_not_kept(county: datetime) -> None:  # noqa: F811
    _try(Client(), "my-password-in-the-wrong-box", "x")
    kept = SignInTry.objects.get()
    assert "password" not in kept.name and "203.0.113.7" not in kept.address


def test_15_an_account_that_nobody_used_for_thirty_days_is_off(county: datetime) -> None:  # noqa: F811
    person = Person.objects.get(username="manager")
    now = datetime.now(UTC)
    Person.objects.update(date_joined=now - timedelta(days=400), last_login=now - timedelta(days=30))
    assert "was not used for 30 days" in _try(Client(), "manager", PASSWORD)
    assert "not right" in _try(Client(), "manager", "wrong"), "only who knows the password is told"
    open_account_again(person, now)
    assert _try(Client(), "manager", PASSWORD) == "in"
    Person.objects.filter(username="okafor").update(last_login=now - timedelta(days=29))
    assert _try(Client(), "okafor", PASSWORD) == "in"


def test_15_26_a_post_that_ends_today_closes_the_session_on_the_next_request(signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("okafor")
    assert client.get(f"/children/{TUAN}").status_code == 200
    person, council = Person.objects.get(username="okafor"), Agency.objects.get(code="MAR")
    assert end_post(person=person, agency=council, role=Role.SOCIAL_WORKER, on=datetime.now(UTC).date()) == 1
    assert client.get(f"/children/{TUAN}")["Location"].startswith("/sign-in")
    assert client.get("/missing").status_code == 302
    assert "Your post has ended" in _try(Client(), "okafor", PASSWORD)


def test_26_a_tie_that_ends_closes_the_child_on_the_next_request(signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("elm")
    assert client.get(f"/children/{TUAN}").status_code == 200
    TieRow.objects.filter(child_id=TUAN, tie=Tie.CARING.value).update(ends=datetime.now(UTC))
    assert client.get(f"/children/{TUAN}").status_code == 404


def test_12_a_session_lasts_a_shift_however_busy(signed_in: SignIn) -> None:  # noqa: F811
    client, began = signed_in("manager"), datetime.now(UTC)
    for minutes in range(14, 600, 14):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert client.get("/law").status_code == 200
    with time_machine.travel(began + timedelta(hours=10, seconds=1)):
        assert client.get("/missing").status_code == 302


def test_12_a_session_that_does_not_say_when_it_began_holds_nothing_open(signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("manager")
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert client.get("/missing").status_code == 302


def test_12_what_was_typed_when_the_session_ended_is_kept(signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("elm")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=11)):
        answer = client.post(f"/children/{TUAN}/found/where", {"where": "coach station"})
    assert answer.status_code == 401 and "coach station" in answer.content.decode()


def test_34_misses_of_one_person_are_nobody_elses() -> None:
    who, other = a_reader(Role.SOCIAL_WORKER, "MAR"), a_reader(Role.SOCIAL_WORKER, "MAR", name="other")
    for _ in range(limits.MOST_MISSES):
        note_miss(who.person, NOW)
    child = open_chronology()
    with pytest.raises(OverLimit) as stopped:
        record_reading(who, Act.OPEN, [child], page="child", at=NOW)
    assert stopped.value.limit is Limit.MISSED_IN_AN_HOUR
    record_reading(other, Act.OPEN, [child], page="child", at=NOW)
