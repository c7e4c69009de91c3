"""What two children share: proposed to who may see both, decided by a person in both chronologies, gone when it is
taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path as Folder
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from holdfast.access.actions import give_post, open_agency
from holdfast.access.canaries.actions import keep_as_canary
from holdfast.access.deeds import Conflict, EmergencyOpening, Shield, ShieldNamed
from holdfast.access.queries import Reader, may_do, reader
from holdfast.access.rules import Act, Role
from holdfast.access.vault.actions import keep
from holdfast.access.vault.places import Place
from holdfast.chronology.actions import append, rebuild
from holdfast.chronology.draft import Draft
from holdfast.chronology.kinds import Audience
from holdfast.chronology.models import EntryRow
from holdfast.chronology.queries import stories
from holdfast.chronology.verify import verify
from holdfast.config.vocabulary import vocabulary
from holdfast.missing.actions import NotAllowed
from holdfast.missing.patterns.actions import DecidedMeanwhile, NoLink, decide, find_link, never_compare_numbers
from holdfast.missing.patterns.proposals import MOST_CHILDREN, Decision, is_waiting
from holdfast.missing.patterns.queries import ends_of, shared_by
from holdfast.missing.patterns.rows import LinkRow, MarkRow, NeverCompared
from holdfast.missing.rules import CannotRecord
from holdfast.web.child_page import child_page
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-21T12:00Z")
PHONE = "07700 900123"
WHY = "Two carers heard the same man on that number"


def a_child_who(said: str, first: str = "Quill", *, kind: str = "missing.sighted", when: str = "2026-11-20T23:00Z",
                agency: str = "MAR", **details: Any) -> str:  # fmt: skip
    field = {"missing.sighted": "where", "missing.interview_learned": "learned"}.get(kind)
    told = {field: said} if field else details
    return a_child(
        a_draft("child.named", "2026-01-05T09:00Z", first=first),
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
        a_draft("missing.reported_to_police", "2026-11-20T22:50Z", force="MARPOL"),
        a_draft(kind, when, **told),
        agency=agency,
    )


@pytest.fixture
def two() -> tuple[str, str]:
    return (
        a_child_who(f"He rang from {PHONE}", "Tuan"),
        a_child_who("A man on +44 7700 900 123 collects her", "Amina", kind="missing.interview_learned"),
    )


@pytest.fixture
def manager() -> Reader:
    return a_reader(Role.DUTY_MANAGER, "MAR")


def another(
    name: str, role: Role = Role.SOCIAL_WORKER, agency: str = "MAR", kind: Audience = Audience.COUNCIL
) -> Reader:
    return a_reader(role, agency, kind, name)


def links(who: Reader, child: str = "") -> list[str]:
    return [p.link for p in shared_by(who, NOW, child=child).proposals]


def say(who: Reader, child: str, link: str, decision: Decision, *, reason: str = WHY, shown: str | None = None,
        token: str = "t1", to_do: tuple[str, ...] = (), when: Any = NOW) -> None:  # fmt: skip
    last = find_link(who, child, link, at=when).last
    decide(
        child=child, link=link, decision=decision, reason=reason, to_do=to_do, by=who, at=when, token=token,
        shown=(last.occasion if last else "") if shown is None else shown,
    )  # fmt: skip


def test_the_same_number_in_two_records_is_proposed_once_from_both_ends(two: tuple[str, str], manager: Reader) -> None:
    (proposal,) = shared_by(manager, NOW).proposals
    assert set(proposal.children) == set(two)
    assert links(manager, two[0]) == links(manager, two[1]) == [proposal.link]
    found = find_link(manager, two[0], proposal.link, at=NOW)
    assert [[words for _, words in found.told(ref)] for ref in found.children] == [[PHONE], ["+44 7700 900 123"]]


def test_nothing_of_the_words_stands_in_the_tables(two: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        for table in ("missing_mark", "missing_link", "missing_never_compared"):
            cursor.execute(f"SELECT * FROM {table}")
            rows = repr(cursor.fetchall())
            assert "900123" not in rows.replace(" ", "") and "7700" not in rows


def test_each_reader_sees_only_what_lies_between_children_of_theirs(two: tuple[str, str], manager: Reader) -> None:
    third = a_child_who(f"Again {PHONE}", agency="LOW")
    lowmoor = another("lowe", Role.DUTY_MANAGER, "LOW")
    police = another("reid", Role.MISSING_UNIT, "MARPOL", Audience.POLICE)
    assert len(links(manager)) == 1
    assert links(lowmoor) == links(lowmoor, third) == []
    assert len(links(police)) == 3  # all three were reported to them
    with pytest.raises(NoLink):
        find_link(lowmoor, two[0], links(manager)[0], at=NOW)
    assert links(another("hale", Role.ANALYST)) == []


def test_a_carers_agency_sees_no_links_although_it_may_open_both(two: tuple[str, str]) -> None:
    for ref in two:
        append(ref, [a_draft("placement.started", "2026-02-01", home="Elm House")], by="x", agency="MAR", at=NOW)
    elm = another("elm", Role.NIGHT_WORKER, "Elm House", Audience.PROVIDER)
    assert links(elm) == []


def _deed(who: Reader) -> dict[str, Any]:
    return {"by": who.person, "at": NOW, "reason": "made up"}


def test_a_shield_a_conflict_and_a_made_up_record_hide_all_of_it(two: tuple[str, str], manager: Reader) -> None:
    other = another("okafor")
    shield = Shield.objects.create(child_id=two[0], **_deed(manager))
    ShieldNamed.objects.create(shield=shield, person=other.person)
    assert links(manager) == links(manager, two[1]) == [] and len(links(other)) == 1
    Conflict.objects.create(child_id=two[1], person=other.person, **_deed(manager))
    assert links(other) == links(other, two[0]) == []
    third, fourth = a_child_who(PHONE), a_child_who(PHONE)
    assert len(links(manager)) == 3  # with the child who is not shielded
    keep_as_canary(third, NOW)
    assert all(third not in p.children for p in shared_by(manager, NOW).proposals) and len(links(manager)) == 1
    assert links(manager, fourth) and links(manager, third) == []


def test_an_emergency_opening_shows_nothing_of_what_a_child_shares(two: tuple[str, str], manager: Reader) -> None:
    (link,) = links(manager)
    lowmoor = another("lowe", Role.DUTY_MANAGER, "LOW")
    for ref in two:
        EmergencyOpening.objects.create(
            child_id=ref, person=lowmoor.person, reason="made up", begins=NOW, ends=NOW + timedelta(hours=2)
        )
    assert links(lowmoor) == []
    with pytest.raises(NoLink):
        find_link(lowmoor, two[0], link, at=NOW)


def test_confirming_writes_into_both_chronologies_and_names_the_other_child_in_neither(
    two: tuple[str, str], manager: Reader
) -> None:
    (link,) = links(manager)
    say(manager, two[0], link, Decision.CONFIRMED, to_do=("Tell the missing unit",))
    for ref, other, written in ((two[0], two[1], PHONE), (two[1], two[0], "+44 7700 900 123")):
        told = [e for e in stories([ref])[ref].standing if e.kind == "missing.link_confirmed"]
        assert [(e.details.shared, e.details.reason, e.recorded_by) for e in told] == [(written, WHY, "grace")]
        whole = repr(list(EntryRow.objects.filter(child_id=ref).values()))
        assert other not in whole
        assert [e.details.who for e in stories([ref])[ref].standing if e.kind == "missing.action_agreed"] == [
            "Grace Abara"
        ]
    (proposal,) = shared_by(manager, NOW).proposals
    last = ends_of([link])[link]
    assert last.decision is Decision.CONFIRMED and not is_waiting(proposal, last)
    assert verify().is_whole


def test_a_refused_one_comes_back_only_when_something_new_is_said(two: tuple[str, str], manager: Reader) -> None:
    (link,) = links(manager)
    say(manager, two[0], link, Decision.REFUSED)
    assert not find_link(manager, two[0], link, at=NOW).is_waiting
    before = next(e for e in stories([two[0]])[two[0]].standing if e.kind == "missing.sighted")
    later = NOW + timedelta(hours=1)
    moved = Draft(before.kind, before.occurred, before.details, corrects=before.id)
    append(two[0], [moved], by="okafor", agency="MAR", at=later)  # corrected, and nothing new is said
    assert not find_link(manager, two[0], link, at=later).is_waiting
    append(two[1], [a_draft("missing.sighted", "2026-11-21T12:30Z", where=PHONE)], by="okafor", agency="MAR", at=later)
    assert find_link(manager, two[0], link, at=later).is_waiting


def test_of_two_people_who_decide_at_once_the_second_is_told(two: tuple[str, str], manager: Reader) -> None:
    (link,) = links(manager)
    say(manager, two[0], link, Decision.CONFIRMED, shown="")
    with pytest.raises(DecidedMeanwhile):
        say(another("okafor"), two[1], link, Decision.REFUSED, shown="", token="t2")
    assert ends_of([link])[link].decision is Decision.CONFIRMED


def test_a_second_press_of_the_button_writes_nothing(two: tuple[str, str], manager: Reader) -> None:
    (link,) = links(manager)
    for _ in range(2):
        say(manager, two[0], link, Decision.CONFIRMED, shown="")
    assert LinkRow.objects.count() == 2
    assert EntryRow.objects.filter(kind="missing.link_confirmed").count() == 2


def test_somebody_else_takes_it_back_and_it_is_open_again(two: tuple[str, str], manager: Reader) -> None:
    (link,) = links(manager)
    say(manager, two[0], link, Decision.CONFIRMED)
    say(another("okafor"), two[1], link, Decision.WITHDRAWN, token="t2", when=NOW + timedelta(minutes=1))
    found = find_link(manager, two[0], link, at=NOW)
    assert found.last and found.last.decision is Decision.WITHDRAWN and found.is_waiting
    with pytest.raises(DecidedMeanwhile):
        say(manager, two[0], link, Decision.WITHDRAWN, token="t3")


def test_a_decision_whose_time_is_corrected_later_is_no_newer_than_it_was(
    two: tuple[str, str], manager: Reader
) -> None:
    (link,) = links(manager)
    say(manager, two[0], link, Decision.CONFIRMED)
    say(manager, two[0], link, Decision.WITHDRAWN, token="t2", when=NOW + timedelta(minutes=1))
    for ref in two:
        old = next(e for e in stories([ref])[ref].standing if e.kind == "missing.link_confirmed")
        moved = Draft(old.kind, old.occurred, old.details, corrects=old.id, occasion=old.occasion)
        append(ref, [moved], by="okafor", agency="MAR", at=NOW + timedelta(hours=1))
    assert ends_of([link])[link].decision is Decision.WITHDRAWN


def test_not_known_yet_leaves_it_waiting(two: tuple[str, str], manager: Reader) -> None:
    (link,) = links(manager)
    say(manager, two[0], link, Decision.LEFT_OPEN)
    assert find_link(manager, two[0], link, at=NOW).is_waiting


@pytest.mark.parametrize("reason", ["", "short", "Tuan and she know him well", "her friend AMINA told the carer"])
def test_a_reason_is_needed_and_names_neither_child(two: tuple[str, str], manager: Reader, reason: str) -> None:
    (link,) = links(manager)
    with pytest.raises(CannotRecord) as refused:
        say(manager, two[0], link, Decision.CONFIRMED, reason=reason)
    assert refused.value.field == "reason" and LinkRow.objects.count() == 0


def test_who_may_only_read_decides_nothing(two: tuple[str, str], manager: Reader) -> None:
    for ref in two:
        append(ref, [a_draft("placement.started", "2026-02-01", area="LOW")], by="x", agency="MAR", at=NOW)
    host = another("host", Role.HOST_OFFICER, "LOW")
    (link,) = links(host)
    with pytest.raises(NotAllowed):
        say(host, two[0], link, Decision.CONFIRMED)


def test_a_correction_or_a_withdrawal_takes_the_proposal_away(two: tuple[str, str], manager: Reader) -> None:
    words = vocabulary()
    told = next(e for e in stories([two[0]])[two[0]].standing if e.kind == "missing.sighted")
    other = Draft(told.kind, told.occurred, words.read(told.kind, {"where": "from 07700 900124"}), corrects=told.id)
    append(two[0], [other], by="okafor", agency="MAR", at=NOW)
    assert links(manager) == []
    learned = next(e for e in stories([two[1]])[two[1]].standing if e.kind == "missing.interview_learned")
    taken = Draft("chronology.withdrawn", told.occurred, words.read("chronology.withdrawn", {}), withdraws=learned.id)
    append(two[1], [taken], by="okafor", agency="MAR", at=NOW)
    assert not MarkRow.objects.filter(child=two[1]).exists()


def test_what_was_confirmed_stands_when_the_record_no_longer_says_it(two: tuple[str, str], manager: Reader) -> None:
    (link,) = links(manager)
    say(manager, two[0], link, Decision.CONFIRMED)
    told = next(e for e in stories([two[0]])[two[0]].standing if e.kind == "missing.sighted")
    taken = Draft(
        "chronology.withdrawn", told.occurred, vocabulary().read("chronology.withdrawn", {}), withdraws=told.id
    )
    append(two[0], [taken], by="okafor", agency="MAR", at=NOW)
    found = find_link(manager, two[1], link, at=NOW)
    assert found.mark == "" and found.last and not found.is_waiting
    say(manager, two[1], link, Decision.WITHDRAWN, token="t2", when=NOW + timedelta(minutes=1))
    with pytest.raises(NoLink):
        find_link(another("lowe", Role.DUTY_MANAGER, "LOW"), two[1], link, at=NOW)


def test_rebuilding_gives_the_same_rows(two: tuple[str, str], manager: Reader) -> None:
    say(manager, two[0], links(manager)[0], Decision.CONFIRMED)
    before = [list(table.objects.order_by("key").values()) for table in (MarkRow, LinkRow)]
    MarkRow.objects.all().delete()
    assert not verify().is_whole
    rebuild()
    assert [list(table.objects.order_by("key").values()) for table in (MarkRow, LinkRow)] == before
    assert verify().is_whole


def test_what_very_many_records_have_is_left_out_and_said(manager: Reader) -> None:
    for _ in range(MOST_CHILDREN + 1):
        a_child_who(PHONE)
    found = shared_by(manager, NOW)
    assert found.proposals == () and [(sort.value, count) for sort, count in found.left_out] == [
        ("telephone number", 1)
    ]


def test_an_agencys_own_number_and_what_the_vault_holds_are_never_compared(manager: Reader, tmp_path: Any) -> None:
    open_agency(code="MARPOL", name="Marrowshire Police", kind=Audience.POLICE)
    first = a_child_who("01632 960117, near ZZ1 1AA, by Lantern Rise", kind="missing.interview_learned")
    second = a_child_who("He gave 01632 960 117 and ZZ11AA")
    assert len(links(manager)) == 2
    never_compare_numbers("MARPOL", ["01632 960 117", "missing@marrowshire-police.example"])
    assert len(links(manager)) == 1
    keep(another("okafor"), second, Place.ADDRESS, "2 Lantern Rise\nMarrowford\nZZ1 1AA", at=NOW)
    assert links(manager) == links(manager, first) == []
    assert NeverCompared.objects.filter(child=second).exists()


def test_names_count_only_where_somebody_entered_them(manager: Reader) -> None:
    a_child_who("", kind="missing.named", people=["Kevin Brown"], places=["Riverside Arcade"], online=["@king_z99"])
    a_child_who("Kevin Brown at Riverside Arcade, king_z99")
    assert links(manager) == []
    a_child_who("", kind="missing.named", people=["KEVIN  brown"], places=["riverside arcade"], online=["King_Z99"])
    assert len(links(manager)) == 3


def test_what_was_said_long_ago_proposes_nothing_new(two: tuple[str, str], manager: Reader) -> None:
    later = NOW + timedelta(days=731)
    assert shared_by(manager, later).proposals == ()


def test_one_child_is_asked_in_one_query_of_marks(two: tuple[str, str], manager: Reader) -> None:
    with CaptureQueriesContext(connection) as asked:
        shared_by(manager, NOW, child=two[0])
    assert len(asked) <= 2


def test_no_proposal_that_stays_away_says_where_a_child_lives_whom_this_reader_may_not_open(
    settings: Any, tmp_path: Folder
) -> None:
    settings.VAULT_KEYS = str(tmp_path / "keys")
    hidden, lowe = a_child_who("nothing", agency="LOW"), another("lowe", agency="LOW")
    keep(lowe, hidden, Place.ADDRESS, "2 Lantern Rise\nZZ1 1AA", at=NOW)
    shield = Shield.objects.create(child_id=hidden, by=lowe.person, at=NOW, reason="made up")
    ShieldNamed.objects.create(shield=shield, person=lowe.person)
    bribed = another("bribed")
    assert not may_do(bribed, Act.OPEN, hidden, NOW)
    for postcode in ("ZZ1 1AA", "ZZ2 2BB"):
        one, two = a_child_who(f"seen near {postcode}"), a_child_who(f"a car near {postcode}")
        assert links(bribed, one) and links(bribed, two), postcode


def test_what_a_childs_own_vault_holds_is_never_compared_from_that_childs_record(
    settings: Any, tmp_path: Folder
) -> None:
    settings.VAULT_KEYS = str(tmp_path / "keys")
    worker = another("worker")
    lives, friend, other = (a_child_who(f"seen near ZZ1 1AA {n}") for n in ("a", "b", "c"))
    keep(worker, lives, Place.ADDRESS, "2 Lantern Rise\nZZ1 1AA", at=NOW)
    assert links(worker, lives) == [] and links(worker, friend) and links(worker, other)


def test_a_post_elsewhere_opens_no_entry_of_this_child() -> None:
    refs = a_child_who(f"He rang {PHONE}"), a_child_who(f"Again {PHONE}")
    for ref in refs:
        placed = a_draft("placement.started", "2026-02-01", home="Elm House")
        planned = a_draft("protection.court_application_planned", "2026-02-02")
        append(ref, [placed, planned], by="okafor", agency="MAR", at=NOW)
    elm = another("elm", Role.NIGHT_WORKER, "Elm House", Audience.PROVIDER)
    page = child_page(elm, refs[0], NOW)
    assert page and page.lines and links(elm) == []
    elsewhere = open_agency(code="FAR", name="Farshire", kind=Audience.COUNCIL)
    for role in (Role.ANALYST, Role.SOCIAL_WORKER):
        give_post(person=elm.person, agency=elsewhere, role=role, begins_on=at("2026-01-01").date())
        both = reader(elm.person, NOW)
        again = child_page(both, refs[0], NOW)
        assert again and again.lines == page.lines and links(both) == []
