"""A report: missing or away, a second report, two presses, and the least that the police need."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, get_type_hints

import pytest

from holdfast.access.rules import Role
from holdfast.child.law import obligations_of
from holdfast.chronology.actions import append
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.queries import stories
from holdfast.chronology.story import Story
from holdfast.config.vocabulary import vocabulary
from holdfast.missing.actions import NotAllowed, report
from holdfast.missing.kinds import Category
from holdfast.missing.notice import READS, police_notice
from holdfast.missing.picture import episodes
from holdfast.missing.queries import missing_now
from holdfast.missing.report import PoliceTold, Report, Stretch
from holdfast.missing.report_kinds import AppearanceTold, PlacesTold, Whereabouts, WhereaboutsTold, WorriesTold, Worry
from holdfast.missing.rules import CannotRecord, decide_category
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at

NOW = at("2026-11-20T23:10Z")


def exact(text: str) -> Stretch:
    return Stretch(Moment.parse(text))


GONE = Report(
    noticed=exact("2026-11-20T22:40Z"),
    noticed_by="Elm House",
    whereabouts=WhereaboutsTold(Whereabouts.NOT_KNOWN),
    last_seen=exact("2026-11-20T21:00Z"),
    appearance=AppearanceTold(wearing="a grey coat"),
    worries=WorriesTold((Worry.TRAFFICKING,), "He left after a phone call"),
    places=PlacesTold(might_be="the coach station"),
)


@pytest.fixture
def tuan(db: None) -> str:
    return a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Tuan", family="Pham"))


@pytest.fixture
def grace(db: None) -> Any:
    return a_reader(Role.DUTY_MANAGER, "MAR")


@pytest.mark.parametrize(
    ("whereabouts", "worries", "category", "police"),
    [
        (Whereabouts.NOT_KNOWN, (), Category.MISSING, True),
        (Whereabouts.THOUGHT, (), Category.MISSING, True),
        (None, (), Category.MISSING, True),
        (Whereabouts.CONFIRMED, (), Category.AWAY, False),
        (Whereabouts.CONFIRMED, (Worry.VEHICLE,), Category.AWAY, True),
    ],
)
def test_a_child_is_away_only_where_somebody_has_seen_or_spoken_to_them(
    whereabouts: Whereabouts | None, worries: tuple, category: Category, police: bool
) -> None:
    decision = decide_category(whereabouts, worries)
    assert (decision.category, decision.tell_police_now) == (category, police)
    assert "2014" in decision.source and decision.because


def test_one_act_stores_every_fact_and_the_child_is_in_the_list(tuan: str, grace: Any) -> None:
    done = report(child=tuan, report=GONE, by=grace, at=NOW, token="t1")
    assert done.is_new and not done.joined and done.episode == 1
    assert [e.kind.partition(".")[2] for e in done.entries] == [
        "noticed", "whereabouts_told", "last_seen_told", "appearance_told", "worries_told", "places_told",
        "concern_recorded",
    ]  # fmt: skip
    (row,) = missing_now(grace, NOW).rows
    assert row.first == "Tuan" and row.noticed_at == at("2026-11-20T22:40Z")


def test_a_second_press_of_the_button_stores_nothing_more(tuan: str, grace: Any) -> None:
    first = report(child=tuan, report=GONE, by=grace, at=NOW, token="t1")
    again = report(child=tuan, report=GONE, by=grace, at=NOW + timedelta(minutes=1), token="t1")
    assert not again.is_new and [e.id for e in again.entries] == [e.id for e in first.entries]
    assert len(stories([tuan])[tuan].entries) == len(first.entries) + 2


def test_a_second_report_the_same_night_joins_the_open_episode(tuan: str, grace: Any) -> None:
    report(child=tuan, report=GONE, by=grace, at=NOW, token="t1")
    later = replace(GONE, noticed=exact("2026-11-20T23:00Z"), appearance=AppearanceTold(carrying="a rucksack"))
    done = report(child=tuan, report=later, by=grace, at=NOW + timedelta(minutes=20), token="t2")
    assert done.joined and done.episode == 1
    (episode,) = episodes(stories([tuan])[tuan])
    assert episode.noticed.at == at("2026-11-20T22:40Z") and len(missing_now(grace, NOW + timedelta(hours=1)).rows) == 1


def test_a_further_report_never_makes_less_of_an_absence_but_can_make_more(tuan: str, grace: Any) -> None:
    known = replace(GONE, whereabouts=WhereaboutsTold(Whereabouts.CONFIRMED))
    report(child=tuan, report=known, by=grace, at=NOW, token="t1")
    assert episodes(stories([tuan])[tuan])[0].category is Category.AWAY
    earlier = replace(GONE, noticed=exact("2026-11-20T22:00Z"))
    report(child=tuan, report=earlier, by=grace, at=NOW, token="t2")
    assert episodes(stories([tuan])[tuan])[0].category is Category.MISSING
    report(child=tuan, report=known, by=grace, at=NOW + timedelta(minutes=1), token="t3")
    (episode,) = episodes(stories([tuan])[tuan])
    assert episode.category is Category.MISSING and episode.noticed.at == at("2026-11-20T22:00Z")


def test_a_new_report_after_the_child_was_found_is_another_episode(tuan: str, grace: Any) -> None:
    report(child=tuan, report=GONE, by=grace, at=NOW, token="t1")
    append(tuan, [a_draft("missing.found", "2026-11-20T23:30Z")], by="x", agency="MAR", at=at("2026-11-20T23:31Z"))
    with pytest.raises(CannotRecord, match="had not been found"):
        report(child=tuan, report=GONE, by=grace, at=at("2026-11-21T08:00Z"), token="t2")
    again = replace(GONE, noticed=exact("2026-11-21T07:00Z"))
    assert report(child=tuan, report=again, by=grace, at=at("2026-11-21T08:00Z"), token="t2").episode == 2


def test_what_nobody_knows_becomes_no_entry_and_the_day_is_kept(tuan: str, grace: Any) -> None:
    done = report(child=tuan, report=Report(), by=grace, at=NOW, token="t1")
    (entry,) = done.entries
    assert entry.occurred.precision is Precision.DAY and entry.details.no_later_than == NOW
    assert entry.details.category is Category.MISSING


def test_a_stretch_counts_from_its_first_moment(tuan: str, grace: Any) -> None:
    stretch = Stretch.between(Moment.parse("2026-11-20T21:00Z"), Moment.parse("2026-11-20T22:30Z"))
    done = report(child=tuan, report=replace(GONE, noticed=stretch), by=grace, at=NOW, token="t1")
    assert done.entries[0].occurred.at == at("2026-11-20T21:00Z")
    assert done.entries[0].details.no_later_than == at("2026-11-20T22:30Z")


def test_the_police_called_today_at_a_time_not_known_belong_to_the_same_episode(tuan: str, grace: Any) -> None:
    told = replace(GONE, police_told=True, police=PoliceTold(Moment.parse("2026-11-20"), "MP-1", "K. Doyle", "MARPOL"))
    report(child=tuan, report=told, by=grace, at=NOW, token="t1")
    (episode,) = episodes(stories([tuan])[tuan])
    assert episode.reported and episode.reported.details.trafficking_concern_stated is True


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"noticed": exact("2026-11-21T22:40Z")}, "when"),
        ({"last_seen": exact("2026-11-20T22:50Z")}, "seen"),
        ({"last_seen": exact("2026-11-22T22:50Z")}, "seen"),
        ({"police": PoliceTold(Moment.parse("2026-11-20T20:00Z"))}, "call"),
        ({"police": PoliceTold(Moment.parse("2026-11-22T20:00Z"))}, "call"),
    ],
)
def test_times_that_cannot_be_are_refused_and_nothing_is_stored(tuan: str, grace: Any, wrong: dict, field: str) -> None:
    with pytest.raises(CannotRecord) as refused:
        report(child=tuan, report=replace(GONE, **wrong), by=grace, at=NOW, token="t1")
    assert refused.value.field == field
    assert not episodes(stories([tuan])[tuan])


def test_nobody_reports_a_child_whom_they_may_not_record_for(tuan: str) -> None:
    hale = a_reader(Role.ANALYST, "MAR", name="hale")
    with pytest.raises(NotAllowed):
        report(child=tuan, report=GONE, by=hale, at=NOW, token="t1")


# --- what the police are told ----------------------------------------------------------------------------------------


def a_story(*drafts: Draft) -> Story:
    entries = [
        Entry(str(n), "TRN2-6K4H", d.kind, d.occurred, d.occurred.at, d.details, agency="MAR")
        for n, d in enumerate(drafts)
    ]
    return Story.of("TRN2-6K4H", entries, vocabulary())


def _filled(name: str, details: type, token: str) -> dict[str, Any]:
    """Every detail of a kind that can hold words, filled with a word of its own."""
    found: dict[str, Any] = {}
    hints = get_type_hints(details)
    for field in fields(details):
        if hints[field.name] == str | None:
            found[field.name] = token
        elif hints[field.name] == tuple[str, ...]:
            found[field.name] = [token]
    return found


def test_nothing_of_any_other_kind_of_entry_leaks_into_the_notice() -> None:
    words = vocabulary()
    others = [k for k in words if k.name not in READS and k.opens != "missing" and "missing" not in k.closes]
    drafts = [
        a_draft(k.name, "2026-11-20T22:41Z", **_filled(k.name, k.details, f"Secret{n}word"))
        for n, k in enumerate(others)
    ]
    story = a_story(
        a_draft("child.named", "2026-01-05T09:00Z", first="Tuan", family="Pham"),
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
        *drafts,
    )
    text = police_notice(story, NOW).text
    assert len(others) > 80 and "Tuan Pham" in text
    # The worker and the council may be named; everything else that these kinds say stays here.
    leaked = [k.name for n, k in enumerate(others) if f"Secret{n}word" in text]
    assert leaked == []


def test_no_immigration_status_and_no_stage_of_the_referral_is_told() -> None:
    story = a_story(
        a_draft("child.known", "2026-01-05T09:00Z", authority="MAR", sex="M"),
        a_draft("child.named", "2026-01-05T09:00Z", first="Tuan", family="Pham"),
        a_draft("child.age_recorded", "2026-01-05T09:00Z", born_on="2010-03-14", standing="claimed"),
        a_draft("child.described", "2026-01-05T09:00Z", nationality="Vietnam", languages=["Vietnamese"]),
        a_draft("care.started", "2026-01-05T09:00Z", legal_status="V2", authority="MAR"),
        a_draft("placement.started", "2026-01-05T09:00Z", home="Elm House", place="K3", area="LOW"),
        a_draft("asylum.arrived_alone", "2026-01-05T09:00Z", from_country="Vietnam"),
        a_draft("asylum.age_disputed", "2026-01-06T09:00Z", by="Home Office"),
        a_draft("trafficking.referred", "2026-02-05T09:00Z", by="MAR"),
        a_draft("trafficking.reasonable_grounds", "2026-02-09T09:00Z", positive=True),
        a_draft("missing.noticed", "2026-11-20T22:40Z", category="missing"),
    )
    text = police_notice(story, NOW, agency={"MAR": "Marrowshire County Council"}.__getitem__).text
    for secret in ("Vietnam\n", "V2", "K3", "LOW", "Home Office", "asylum", "disputed", "claimed", "referr", "grounds",
                   "accompanied", "nationality"):  # fmt: skip
        assert secret.lower() not in text.lower(), secret
    for needed in (
        "Suspected trafficked child",
        "Elm House",
        "16 years old (not certain)",
        "Vietnamese",
        "Marrowshire",
    ):
        assert needed in text
    assert all(line.why for line in police_notice(story, NOW).lines)


def test_the_notice_says_that_there_is_a_photograph_and_how_old_it_is() -> None:
    def text(**photographed: str) -> str:
        story = a_story(
            a_draft("missing.noticed", "2026-11-20T22:40Z"),
            a_draft("child.photographed", "2026-11-01T09:00Z", **photographed),
        )
        return police_notice(story, NOW).text

    picture = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert "Photograph: There is one, taken in October 2026\n" in text(picture=picture, taken="2026-10-01")
    assert "taken in March 2026. More than six months old" in text(picture=picture, taken="2026-03-01")
    assert "nobody said when it was taken" in text(picture=picture) and picture not in text(picture=picture)
    assert "Photograph" not in text()


def test_what_people_typed_is_looked_through_for_words_that_police_seldom_need() -> None:
    story = a_story(
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
        a_draft("missing.worries_told", "2026-11-20T22:41Z", why="A letter from the Home Office about asylum came."),
    )
    assert police_notice(story, NOW).sensitive == ("home office", "asylum")


def test_a_worry_about_trafficking_is_a_concern_that_the_law_answers(tuan: str, grace: Any) -> None:
    report(child=tuan, report=replace(GONE, reporter="Night Worker"), by=grace, at=NOW, token="t1")
    (concern,) = [e for e in stories([tuan])[tuan].standing if e.kind == "trafficking.concern_recorded"]
    assert concern.details.by == "Night Worker"
    asked = {o.rule.id for o in obligations_of(stories([tuan])[tuan], as_at=NOW)}
    assert {"ENG-TRA-002", "EW-TRA-001"} <= asked
    quiet = replace(GONE, worries=WorriesTold((Worry.HEALTH,), "No medicine"))
    report(child=tuan, report=quiet, by=grace, at=NOW + timedelta(minutes=9), token="t2")
    assert len([e for e in stories([tuan])[tuan].standing if e.kind == "trafficking.concern_recorded"]) == 1
