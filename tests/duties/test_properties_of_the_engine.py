"""What must hold for any chronology: order of arrival, depth of correction, time of asking, one more holiday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.standing import in_force
from holdfast.config.vocabulary import vocabulary
from holdfast.duties import reckoning
from holdfast.duties.engine import obligations
from holdfast.duties.obligation import Status, status
from holdfast.duties.rule import NEVER_LATE, Nation, Unit
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute
from holdfast.worktime.bank_holidays import Division
from holdfast.worktime.regime import Regime, holidays_of, regime

BEGAN = datetime(2025, 9, 1, tzinfo=UTC)
DETAILS: dict[str, list[dict[str, Any]]] = {
    "missing.noticed": [{}, {"category": "away"}, {"category": "missing"}],
    "missing.category_changed": [{}, {"category": "away"}, {"category": "missing"}],
    "care.planned": [{}, {"plan": "placement"}, {"plan": "pathway"}],
    "placement.started": [{}, {"place": "P1", "emergency": True}, {"until_eighteen": True, "out_of_area": False}],
    "care.started": [{}, {"legal_status": "C1"}, {"legal_status": "C2"}],
    "child.age_recorded": [{}, {"born_on": "2009-12-01"}, {"born_on": "2008-02-29", "standing": "disputed"}],
    "trafficking.reasonable_grounds": [{"positive": True}, {"positive": False}, {}],
}
KINDS = sorted({k.name for k in vocabulary()} - {"chronology.withdrawn"})


@st.composite
def chronologies(draw: st.DrawFn) -> list[Entry]:
    """Facts of one child in any order, with corrections and withdrawals of earlier ones, recorded late or at once."""
    count = draw(st.integers(1, 14))
    entries: list[Entry] = []
    for number in range(count):
        target = draw(st.sampled_from(entries)) if entries and draw(st.integers(0, 3)) == 0 else None
        withdraws = target is not None and draw(st.booleans())
        kind = target.kind if target is not None else draw(st.sampled_from(KINDS))
        at = BEGAN + timedelta(hours=draw(st.integers(0, 12_000)), minutes=draw(st.sampled_from([0, 7, 30])))
        precision = draw(st.sampled_from([Precision.MINUTE, Precision.MINUTE, Precision.DAY, Precision.HOUR]))
        occurred = Moment.on(at.date()) if precision is Precision.DAY else Moment(at, precision)
        entries.append(
            Entry(
                id=f"e{number:02}",
                child="c",
                kind="chronology.withdrawn" if withdraws else kind,
                occurred=occurred,
                recorded_at=at + timedelta(hours=draw(st.integers(0, 200))),
                details=vocabulary().read(
                    "chronology.withdrawn" if withdraws else kind,
                    {} if withdraws else draw(st.sampled_from(DETAILS.get(kind, [{}]))),
                ),
                corrects=target.id if target is not None and not withdraws else None,
                withdraws=target.id if target is not None and withdraws else None,
            )
        )
    return entries


nations = st.sampled_from(Nation)
times = st.integers(0, 14_000).map(lambda hours: BEGAN + timedelta(hours=hours))


def required(entries: list[Entry], nation: Nation, at: datetime, known: datetime | None = None) -> Any:
    standing = in_force(entries, as_known_at=known, as_at=at)
    return obligations(standing, statute(), nation=nation, vocabulary=vocabulary(), as_at=at)


@given(chronologies(), nations, times, st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(
    entries: list[Entry], nation: Nation, at: datetime, dice: Any
) -> None:
    shuffled = list(entries)
    dice.shuffle(shuffled)
    assert in_force(shuffled) == in_force(entries)
    assert required(shuffled, nation, at) == required(entries, nation, at)


@given(chronologies(), nations, times)
def test_asking_twice_gives_the_same_answer_in_words_too(entries: list[Entry], nation: Nation, at: datetime) -> None:
    first, second = required(entries, nation, at), required(entries, nation, at)
    assert first == second
    assert [because(o) for o in first] == [because(o) for o in second]


@given(chronologies(), nations, times)
def test_every_obligation_is_whole(entries: list[Entry], nation: Nation, at: datetime) -> None:
    found = required(entries, nation, at)
    assert len({o.key for o in found}) == len(found)
    for o in found:
        assert nation in o.rule.nations and o.started_at <= at
        assert (o.due_at is None) == (o.due_on is None) == (o.due_latest is None)
        if o.due_at is not None and o.due_latest is not None:
            assert o.due_at <= o.due_latest
            if o.rule.due.unit not in (Unit.BEFORE_EVENT, Unit.IMMEDIATE):
                assert o.due_at > o.started_at
        assert not (o.met_by is not None and o.ended_at is not None)
        standing = status(o, at)
        if standing is Status.MET_LATE:
            assert o.rule.due.unit not in NEVER_LATE
        if standing is Status.OVERDUE:
            assert o.due_latest is not None and at >= o.due_latest
        assert because(o).endswith(".")


@given(chronologies(), nations, times, st.integers(0, 2000))
def test_once_overdue_it_stays_so_until_it_is_met_or_ends(
    entries: list[Entry], nation: Nation, at: datetime, hours: int
) -> None:
    """With the same entries, time alone never turns overdue back into open."""
    later = at + timedelta(hours=hours)
    for o in required(entries, nation, at):
        if status(o, at) is Status.OVERDUE:
            assert status(o, later) in (Status.OVERDUE, Status.MET_LATE, Status.MET, Status.ENDED)
            assert status(o, later) is not Status.MET or o.rule.due.unit in NEVER_LATE


@given(chronologies(), nations, times)
def test_the_order_is_by_due_time_with_no_time_last(entries: list[Entry], nation: Nation, at: datetime) -> None:
    found = [o.due_at for o in required(entries, nation, at)]
    assert found == sorted(found, key=lambda t: (t is None, t or at))


@given(st.integers(0, 400), st.booleans(), st.randoms(use_true_random=False))
def test_a_correction_chain_of_any_depth_comes_down_to_its_last(depth: int, together: bool, dice: Any) -> None:
    noticed = Moment(BEGAN)
    chain = [
        Entry(
            id=f"r{n}",
            child="c",
            kind="missing.returned",
            occurred=Moment(BEGAN + timedelta(hours=5 + n)),
            recorded_at=BEGAN + (timedelta(days=30) if together else timedelta(days=30, minutes=n)),
            details=vocabulary().read("missing.returned", {}),
            corrects=f"r{n - 1}" if n else None,
        )
        for n in range(depth + 1)
    ]
    opener = Entry("n", "c", "missing.noticed", noticed, BEGAN, vocabulary().read("missing.noticed", {}))
    entries = [opener, *chain]
    dice.shuffle(entries)
    found = required(entries, Nation.ENGLAND, BEGAN + timedelta(days=60))
    (interview,) = [o for o in found if o.rule.id == "ENG-MIS-013"]
    assert interview.due_at == BEGAN + timedelta(hours=5 + depth + 72)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chronologies(), st.dates(date(2025, 9, 1), date(2027, 6, 1)))
def test_one_more_holiday_never_makes_anything_due_earlier(
    monkeypatch: pytest.MonkeyPatch, entries: list[Entry], holiday: date
) -> None:
    at = BEGAN + timedelta(days=900)
    before = required(entries, Nation.ENGLAND, at)
    more = Regime("one more", {**holidays_of([Division.ENGLAND_AND_WALES]), holiday: "One more"})
    with monkeypatch.context() as patch:
        patch.setattr(reckoning, "regime", lambda name: more)
        patch.setattr(reckoning, "_end_of", reckoning._end_of.__wrapped__)  # nothing remembered from before
        after = required(entries, Nation.ENGLAND, at)
    assert regime("england-care") is not more
    due = {(o.rule.key, o.start.id, o.started_at): o.due_at for o in after}
    for o in before:
        assert o.due_at is None or due[o.rule.key, o.start.id, o.started_at] >= o.due_at


@given(chronologies(), times)
def test_what_was_known_then_takes_nothing_from_what_was_recorded_later(entries: list[Entry], known: datetime) -> None:
    at = BEGAN + timedelta(days=900)
    then = [e for e in entries if e.recorded_at <= known]
    assert required(entries, Nation.ENGLAND, at, known) == required(then, Nation.ENGLAND, at)


def test_a_later_recorded_correction_wins_whatever_its_id() -> None:
    first = Entry("z", "c", "missing.noticed", Moment(BEGAN), BEGAN, vocabulary().read("missing.noticed", {}))
    early = first._replace(id="y", corrects="z", recorded_at=BEGAN + timedelta(hours=1))
    late = first._replace(id="a", corrects="z", recorded_at=BEGAN + timedelta(hours=2))
    assert in_force([late, early, first]) == (late,)
