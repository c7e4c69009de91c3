"""Emergency openings and their review, shields, conflicts of interest: in the pages, as people meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typer.testing import CliRunner

from holdfast.access import limits
from holdfast.access.actions import (
    CannotDecide,
    NotForThem,
    OverLimit,
    add_person,
    give_post,
    open_in_an_emergency,
    review_emergency,
)
from holdfast.access.deeds import Conflict, EmergencyOpening, EmergencyReview, Miss, Shield, ShieldNamed
from holdfast.access.models import Agency, Person, Reading
from holdfast.access.queries import acts_allowed, children_visible, may_do, reader
from holdfast.access.review import shield_of
from holdfast.access.rules import Act, Outcome, Role
from holdfast.access.shields.actions import (
    declare_conflict,
    declare_own_conflict,
    end_conflict,
    lift_shield,
    name_another,
    put_shield,
)
from holdfast.child.models import ChildRow
from holdfast.chronology.actions import append, rebuild
from holdfast.chronology.draft import Draft
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.cli.main import every_command
from holdfast.sharing.alarms import tell_of_old_shields
from holdfast.sharing.models import Message
from tests.access.test_who_may_look import NOW, a_reader
from tests.builders import a_child, a_draft
from tests.web.conftest import AMINA, PASSWORD, TUAN, county, signed_in, static_folder  # noqa: F401
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]
pytestmark = pytest.mark.django_db
WHY = "Found at the coach station, no carer answers"


def _asked(ref: str = AMINA, reason: str = WHY, hours: str = "4") -> dict[str, str]:
    return {"reference": ref, "reason": reason, "hours": hours}


def _another_manager() -> Client:
    person = add_person(username="second", first_name="Samira", last_name="Khan", password=PASSWORD)
    began = datetime.now(UTC).date() - timedelta(days=9)
    give_post(person=person, agency=Agency.objects.get(code="MAR"), role=Role.DUTY_MANAGER, begins_on=began)
    client = Client()
    client.force_login(person)
    return client


def test_31_a_night_worker_opens_one_child_with_one_form(signed_in: SignIn) -> None:  # noqa: F811
    """One page, three answers, one press: well under a minute."""
    client = signed_in("elm")
    assert client.get(f"/children/{AMINA}").status_code == 404
    answer = client.post("/emergency", _asked(ref="amq7 2x9b"))
    assert (answer.status_code, answer["Location"]) == (302, f"/children/{AMINA}")
    said = client.get(f"/children/{AMINA}").content.decode()
    assert "You opened this child in an emergency" in said
    assert "Record as found" not in said, "an emergency opening reads; it writes nothing"
    assert client.get(f"/children/{AMINA}/found").status_code == 403
    assert "Amina" not in client.get("/missing").content.decode(), "and it puts nothing in a list"
    assert client.get("/children/SLM9-4CWN").status_code == 404, "and it opens no other child"
    assert AMINA in text_of(client.get("/emergency"))
    assert Reading.objects.filter(page="emergency", of__child_id=AMINA).count() == 1


def test_31_it_ends_at_its_hour(signed_in: SignIn) -> None:  # noqa: F811
    client, began = signed_in("elm"), datetime.now(UTC)
    client.post("/emergency", _asked(hours="1"))
    for minutes in (14, 28, 42, 56, 59):  # a session that nobody uses ends sooner
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert client.get(f"/children/{AMINA}").status_code == 200
    with time_machine.travel(began + timedelta(minutes=61)):
        assert client.get(f"/children/{AMINA}").status_code == 404


def test_31_the_team_sees_at_once_who_opened_the_child_and_why(signed_in: SignIn) -> None:  # noqa: F811
    signed_in("elm").post("/emergency", _asked())
    signed_in("elm").get(f"/children/{AMINA}")
    said = signed_in("okafor").get(f"/children/{AMINA}").content.decode()
    assert "Opened in an emergency by Night Worker" in said and WHY in said and "To be reviewed by the end of" in said
    looked = text_of(signed_in("okafor").get(f"/children/{AMINA}/readers"))
    assert "Night Worker" in looked and f"In an emergency: {WHY}" in looked


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": "needed"}, "Say why in at least 20 letters"),
        ({"reason": ""}, "Enter why you need to open this child now"),
        ({"hours": "13"}, "Select for how long"),
        ({"reference": ""}, "Enter the reference"),
        ({"reference": "ZZZZ-9999"}, "No child with that reference can be opened"),
        ({"reference": "'; DROP TABLE x"}, "No child with that reference can be opened"),
    ],
)
def test_31_what_is_wrong_is_said_and_nothing_is_opened(signed_in: SignIn, wrong: dict, said: str) -> None:  # noqa: F811
    answer = signed_in("elm").post("/emergency", {**_asked(), **wrong})
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not EmergencyOpening.objects.exists()


def test_31_only_a_role_that_opens_children_may(signed_in: SignIn) -> None:  # noqa: F811
    assert signed_in("hale").post("/emergency", _asked()).status_code == 403
    with pytest.raises(NotForThem):
        open_in_an_emergency(
            reader(Person.objects.get(username="hale"), NOW), AMINA, reason=WHY, hours=1, at=datetime.now(UTC)
        )


@pytest.mark.parametrize("hours", [0, -1, 13, 10_000])
def test_31_never_longer_than_twelve_hours(hours: int) -> None:
    who = a_reader(Role.NIGHT_WORKER, "Elm House")
    with pytest.raises(CannotDecide):
        open_in_an_emergency(who, a_child(), reason=WHY, hours=hours, at=NOW)


def test_32_somebody_else_reviews_it_and_not_justified_ends_it(signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("elm")
    client.post("/emergency", _asked())
    number = EmergencyOpening.objects.get().pk
    manager = signed_in("manager")
    page = manager.get("/reviews")
    assert AMINA in text_of(page) and WHY in text_of(page)
    assert Reading.objects.filter(page="reviews", of__child_id=AMINA).exists()
    for other in ("elm", "okafor", "reid", "hale"):
        assert signed_in(other).get(f"/reviews/{number}").status_code == 404
        assert AMINA not in text_of(signed_in(other).get("/reviews"))
    assert "Select an answer" in manager.post(f"/reviews/{number}", {"note": "x"}).content.decode()
    assert client.get(f"/children/{AMINA}").status_code == 200
    assert manager.post(f"/reviews/{number}", {"outcome": "not-justified", "note": "rang Elm House"}).status_code == 302
    assert client.get(f"/children/{AMINA}").status_code == 404
    assert EmergencyReview.objects.get().note == "rang Elm House"
    assert manager.get(f"/reviews/{number}").status_code == 404, "reviewed once"
    assert "None waits for you" in text_of(manager.get("/reviews"))


def test_32_nobody_reviews_their_own(signed_in: SignIn) -> None:  # noqa: F811
    """A duty manager of the responsible council opened a child whom a shield kept from her."""
    second = _another_manager()
    now = datetime.now(UTC)
    put_shield(reader(Person.objects.get(username="second"), now), TUAN, named=[], reason="threat", at=now)
    manager = signed_in("manager")
    assert manager.get(f"/children/{TUAN}").status_code == 404
    assert manager.post("/emergency", _asked(ref=TUAN)).status_code == 302
    assert manager.get(f"/children/{TUAN}").status_code == 200, "an emergency goes through a shield: decision 15"
    number = EmergencyOpening.objects.get().pk
    assert manager.get(f"/reviews/{number}").status_code == 404
    assert second.get(f"/reviews/{number}").status_code == 200
    opening = EmergencyOpening.objects.get()
    with pytest.raises(NotForThem):
        who = reader(Person.objects.get(username="manager"), now)
        review_emergency(who, opening, outcome=Outcome.JUSTIFIED, note="I was right", at=now)


@pytest.mark.parametrize(
    ("began", "due"),
    [
        ("2026-11-20T22:00Z", "2026-11-25T00:00Z"),  # a Friday night: Monday, Tuesday
        ("2026-12-24T22:00Z", "2026-12-31T00:00Z"),  # Christmas, and the substitute day of Boxing Day
        ("2026-04-02T22:00+01:00", "2026-04-08T23:00Z"),  # Good Friday and Easter Monday
    ],
)
def test_32_two_working_days_skip_weekends_and_bank_holidays(began: str, due: str) -> None:
    assert limits.review_due(Moment.parse(began).at) == Moment.parse(due).at


def test_32_a_review_that_is_late_says_so(signed_in: SignIn) -> None:  # noqa: F811
    signed_in("elm").post("/emergency", _asked())
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        assert "Overdue since" in text_of(signed_in("manager").get("/reviews"))


def test_31_ten_a_day_and_no_more() -> None:
    who = a_reader(Role.NIGHT_WORKER, "Elm House")
    for minute in range(limits.MOST_EMERGENCIES):
        open_in_an_emergency(who, a_child(), reason=WHY, hours=1, at=NOW + timedelta(minutes=minute))
    with pytest.raises(OverLimit):
        open_in_an_emergency(who, a_child(), reason=WHY, hours=1, at=NOW + timedelta(hours=1))


def test_40_who_has_looked_is_for_the_team_and_marks_who_is_outside(signed_in: SignIn) -> None:  # noqa: F811
    signed_in("reid").get(f"/children/{TUAN}")
    assert signed_in("reid").get(f"/children/{TUAN}/readers").status_code == 403
    assert signed_in("elm").get(f"/children/{TUAN}/readers").status_code == 403
    page = signed_in("okafor").get(f"/children/{TUAN}/readers")
    said = text_of(page)
    assert "Alan Reid" in said and "Marrowshire Police" in said and "Yes" in said
    assert "Ngozi Okafor" in said, "and the look at who has looked is itself among them"
    noticed = signed_in("okafor").get(f"/children/{TUAN}").content.decode()
    assert "Looked at from outside the team in the last 7 days by " in noticed
    assert "Alan Reid (Marrowshire Police)" in noticed
    assert "Looked at from outside" not in signed_in("reid").get(f"/children/{TUAN}").content.decode()


def test_28_a_shield_hides_the_child_from_everybody_who_is_not_named(signed_in: SignIn) -> None:  # noqa: F811
    manager = signed_in("manager")
    named = {"decision": "shield", "named": "reid", "reason": "threat by the family"}
    assert manager.post(f"/children/{TUAN}/protection", named).status_code == 302
    for username, code in (("manager", 200), ("reid", 200), ("okafor", 404), ("elm", 404)):
        client = signed_in(username)
        assert client.get(f"/children/{TUAN}").status_code == code
        assert ("Tuan" in client.get("/missing").content.decode()) == (code == 200)
    assert "Alan Reid (reid)" in text_of(manager.get(f"/children/{TUAN}/protection"))
    assert signed_in("reid").get(f"/children/{TUAN}/protection").status_code == 403


def test_28_the_shielded_child_and_one_who_is_not_there_look_the_same(signed_in: SignIn) -> None:  # noqa: F811
    import re

    signed_in("manager").post(f"/children/{TUAN}/protection", {"decision": "shield", "reason": "threat"})
    client = signed_in("okafor")
    theirs, nobody = client.get(f"/children/{TUAN}"), client.get("/children/ZZZZ-9999")
    plain = [re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", a.content) for a in (theirs, nobody)]
    assert plain[0] == plain[1]


def test_28_who_is_named_must_exist_and_a_shield_ends_with_a_reason(signed_in: SignIn) -> None:  # noqa: F811
    manager, address = signed_in("manager"), f"/children/{TUAN}/protection"
    wrong = manager.post(address, {"decision": "shield", "named": "okafor, nobody", "reason": "threat"})
    assert "Nobody signs in as nobody" in wrong.content.decode()
    assert signed_in("okafor").get(f"/children/{TUAN}").status_code == 200, "nothing was shielded"
    manager.post(address, {"decision": "shield", "reason": "threat"})
    assert "Enter why" in manager.post(address, {"decision": "lift"}).content.decode()
    seen = str(Shield.objects.get().pk)
    older = manager.post(address, {"decision": "lift", "reason": "over", "standing": "0"})
    assert "Somebody else changed who may open this child meanwhile" in older.content.decode()
    asked = {"decision": "lift", "reason": "the threat is over", "standing": seen}
    assert manager.post(address, asked).status_code == 302
    assert signed_in("okafor").get(f"/children/{TUAN}").status_code == 200
    assert manager.post(address, {"decision": "drop everything"}).status_code == 404


def test_33_a_declared_conflict_closes_the_child_always(signed_in: SignIn) -> None:  # noqa: F811
    manager, okafor = signed_in("manager"), signed_in("okafor")
    asked = {"decision": "conflict", "username": "okafor", "reason": "her niece"}
    assert manager.post(f"/children/{TUAN}/protection", asked).status_code == 302
    assert okafor.get(f"/children/{TUAN}").status_code == 404
    answer = okafor.post("/emergency", _asked(ref=TUAN))
    nobody = okafor.post("/emergency", _asked(ref="ZZZZ-9999"))
    assert "No child with that reference can be opened" in answer.content.decode()
    assert answer.status_code == nobody.status_code and not EmergencyOpening.objects.exists()
    assert Miss.objects.count() == 3
    assert "her niece" in text_of(manager.get(f"/children/{TUAN}/protection"))


def test_33_a_conflict_declared_meanwhile_ends_an_emergency_opening(signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("elm")
    client.post("/emergency", _asked())
    assert client.get(f"/children/{AMINA}").status_code == 200
    client.post("/conflict", {"reference": AMINA, "reason": "a neighbour"})
    assert client.get(f"/children/{AMINA}").status_code == 404


def test_33_saying_that_one_knows_a_child_tells_nothing(signed_in: SignIn) -> None:  # noqa: F811
    client = signed_in("hale")
    said = [text_of(client.post("/conflict", {"reference": ref, "reason": "my niece"})) for ref in (TUAN, "ZZZZ-9999")]
    assert said[0] == said[1] and "Thank you" in said[0]
    assert [c.child_id for c in Conflict.objects.all()] == [TUAN]


def test_33_a_conflict_is_taken_back_by_somebody_else_with_a_reason(signed_in: SignIn) -> None:  # noqa: F811
    manager, address = signed_in("manager"), f"/children/{TUAN}/protection"
    signed_in("okafor").post("/conflict", {"reference": TUAN, "reason": "I thought I knew him"})
    number = Conflict.objects.get().pk
    assert "Enter why" in manager.post(address, {"decision": "end-conflict", "conflict": number}).content.decode()
    assert manager.post(address, {"decision": "end-conflict", "conflict": "9999", "reason": "x"}).status_code == 404
    ended = {"decision": "end-conflict", "conflict": number, "reason": "another family of that name"}
    assert manager.post(address, ended).status_code == 302
    assert signed_in("okafor").get(f"/children/{TUAN}").status_code == 200
    again = manager.post(address, ended)
    assert "Somebody else has taken this back meanwhile" in again.content.decode()


def test_33_the_person_whom_it_names_cannot_end_it() -> None:
    child, who = a_child(), a_reader(Role.DUTY_MANAGER, "MAR")
    declare_own_conflict(who, child, reason="my niece", at=NOW)
    with pytest.raises(NotForThem):
        end_conflict(who, Conflict.objects.get(), reason="it is nothing", at=NOW)
    assert acts_allowed(who, child, NOW) == frozenset()


def _an_old_shield(reason: str, put: datetime, *named: str) -> Shield:
    people = [Person.objects.get(username=name) for name in named]
    shield = Shield.objects.create(child_id=TUAN, by=people[0], at=put, reason=reason)
    ShieldNamed.objects.bulk_create([ShieldNamed(shield=shield, person=person) for person in people])
    return shield


def test_28_a_restriction_is_looked_at_anew_after_ninety_days(signed_in: SignIn, county: datetime) -> None:  # noqa: F811
    old = _an_old_shield("threat by the family", county - timedelta(days=91), "manager", "okafor")
    page = text_of(signed_in("manager").get("/reviews"))
    assert "Restrictions to look at anew (1)" in page and "Overdue since" in page and "threat by the family" in page
    assert TUAN not in text_of(signed_in("elm").get("/reviews")), "not for who is not named"
    assert "anew (0)" in text_of(signed_in("okafor").get("/reviews")), "named, and may not decide who may open"
    shown = signed_in("manager").get(f"/children/{TUAN}/protection").content.decode()
    assert 'value="okafor"' in shown, "those who are named stay named"
    asked = {"decision": "shield", "named": "okafor", "reason": "the threat stands", "standing": str(old.pk)}
    signed_in("manager").post(f"/children/{TUAN}/protection", asked)
    assert "Restrictions to look at anew (0)" in text_of(signed_in("manager").get("/reviews"))
    assert shield_of(TUAN) is not None and shield_of(TUAN).reason == "the threat stands"


def test_28_who_is_named_is_told_of_an_old_restriction_once(county: datetime) -> None:  # noqa: F811
    put_shield(reader(Person.objects.get(username="manager"), county), TUAN, named=[], reason="threat", at=county)
    days = timedelta(days=1)
    assert [tell_of_old_shields(county + n * days) for n in (1, 89, 92, 93, 200)] == [0, 0, 1, 0, 0]
    (told,) = Message.objects.filter(template="shield-late")
    assert told.to_person.username == "manager" and told.child_id is None
    assert TUAN not in told.notice + told.subject + told.sent_text and "Tuan" not in told.notice


def test_28_a_restriction_that_is_nobodys_is_told_and_an_operator_names_another(county: datetime) -> None:  # noqa: F811
    manager = Person.objects.get(username="manager")
    _an_old_shield("threat", county - timedelta(days=92), "manager")
    second = Person.objects.create(username="second")
    council = Agency.objects.get(code="MAR")
    give_post(person=second, agency=council, role=Role.DUTY_MANAGER, begins_on=county.date() - timedelta(days=9))
    with pytest.raises(CannotDecide, match="ask them"):
        name_another(TUAN, username="second", reason="left", by=second, at=county)
    manager.posts.update(ends_on=county.date())
    assert tell_of_old_shields(county) == 1 and tell_of_old_shields(county) == 0
    (told,) = Message.objects.filter(template="shield-late")
    assert told.to_person.username == "guardian" and "holdfast shields" in told.notice
    for username, word in (("nobody", "Nobody signs in"), ("okafor", "do not let them")):
        with pytest.raises(CannotDecide, match=word):
            name_another(TUAN, username=username, reason="left", by=second, at=county)
    with time_machine.travel(county, tick=False):
        run = CliRunner()
        assert run.invoke(every_command(), ["shields"]).exit_code == 1
        done = run.invoke(
            every_command(), ["shields", "--of", TUAN, "--name", "second", "--reason", "all left", "--by", "second"]
        )
        assert done.exit_code == 0 and "second is named now" in done.output
        assert "0 of them nobody" in run.invoke(every_command(), ["shields"]).output
    assert may_do(reader(second, county), Act.PROTECT, TUAN, county)


class AShieldedChild(RuleBasedStateMachine):
    """Whatever happens to the record, a shielded child is closed to whoever is not named, and a conflict stands."""

    @initialize()
    def begin(self) -> None:
        self.manager = a_reader(Role.DUTY_MANAGER, "MAR", name=f"grace{Person.objects.count()}")
        self.worker = a_reader(Role.SOCIAL_WORKER, "MAR", name=f"okafor{Person.objects.count()}")
        self.cousin = a_reader(Role.SOCIAL_WORKER, "MAR", name=f"cousin{Person.objects.count()}")
        self.hours = 0
        self.child = a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Tuan", source="903", reference="1"))
        declare_conflict(self.manager, self.child, username=self.cousin.person.username, reason="cousin", at=NOW)
        self.is_shielded = self.worker_is_named = False

    def _append(self, *drafts: Draft) -> None:
        self.hours += 1
        append(self.child, drafts, by="import", agency="MAR", at=NOW + timedelta(seconds=self.hours))

    @rule(first=st.sampled_from(["Tuan", "Tuấn", "An"]))
    def the_return_is_taken_in_again(self, first: str) -> None:
        self._append(a_draft("child.named", "2026-01-05T09:00Z", first=first, source="903", reference="1"))

    @rule()
    def the_same_authority_records_the_child_again(self) -> None:
        self._append(
            a_draft("child.known", "2026-02-01T09:00Z"), a_draft("care.started", "2026-02-01", authority="MAR")
        )

    @rule(day=st.integers(1, 28))
    def something_is_corrected(self, day: int) -> None:
        entry = stories([self.child])[self.child].last("child.named")
        self._append(Draft(entry.kind, Moment.parse(f"2026-01-{day:02}T09:00Z"), entry.details, corrects=entry.id))

    @rule()
    def the_child_goes_missing_and_comes_back(self) -> None:
        self._append(a_draft("missing.noticed", "2026-11-20T22:40Z"), a_draft("missing.returned", "2026-11-21T01:00Z"))

    @rule()
    def everything_is_folded_again(self) -> None:
        rebuild()

    def _standing(self) -> int | None:
        standing = shield_of(self.child)
        return standing.pk if standing else None

    @rule(named=st.booleans())
    def a_shield_is_put(self, named: bool) -> None:
        names = [self.worker.person.username] if named else []
        put_shield(self.manager, self.child, named=names, reason="threat", at=NOW, instead_of=self._standing())
        self.is_shielded, self.worker_is_named = True, named

    @precondition(lambda self: self.is_shielded)
    @rule()
    def the_shield_is_lifted(self) -> None:
        lift_shield(self.manager, self.child, reason="over", at=NOW, seen=self._standing())
        self.is_shielded = False

    @invariant()
    def closed_to_whoever_is_not_named(self) -> None:
        if not hasattr(self, "child"):
            return
        for who, is_open in (
            (self.manager, True),
            (self.worker, not self.is_shielded or self.worker_is_named),
            (self.cousin, False),
        ):
            for act in (Act.OPEN, Act.SEE_IN_LIST):
                assert may_do(who, act, self.child, NOW) == is_open
                listed = ChildRow.objects.filter(children_visible(who, act, NOW), child_id=self.child).exists()
                assert listed == is_open


def test_28_a_shield_survives_rebuild_import_and_correction() -> None:
    quick = settings(max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(AShieldedChild, settings=quick)


@pytest.mark.parametrize(
    ("nation", "due"),
    [("england", "2026-03-19T00:00Z"), ("wales", "2026-03-19T00:00Z"), ("scotland", "2026-03-19T00:00Z"),
     ("northern-ireland", "2026-03-20T00:00Z")],
)  # fmt: skip
def test_32_an_emergency_is_reviewed_by_the_working_days_of_its_nation(nation: str, due: str) -> None:
    """17 March is a bank holiday in Northern Ireland alone. Opened on Monday the 16th."""
    assert limits.review_due(Moment.parse("2026-03-16T10:00Z").at, nation) == Moment.parse(due).at
