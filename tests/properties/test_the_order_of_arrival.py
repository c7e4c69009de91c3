"""The order in which entries arrive does not change what stands, whatever is corrected and withdrawn.

Worlds are small chronologies with corrections of corrections and withdrawals of withdrawals, drawn at random.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from holdfast.child.picture import picture
from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.chronology.standing import in_force, versions_of
from holdfast.chronology.story import Story
from holdfast.config.vocabulary import vocabulary
from holdfast.missing.picture import episodes
from tests.builders import at

START = at("2026-01-01T00:00Z")
KINDS = (
    "missing.noticed",
    "missing.found",
    "missing.returned",
    "missing.interview_held",
    "care.started",
    "care.ended",
    "placement.started",
    "child.named",
    "asylum.arrived_alone",
)


@st.composite
def worlds(draw: st.DrawFn) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(draw(st.integers(1, 14))):
        kind, corrects, withdraws = draw(st.sampled_from(KINDS)), None, None
        what = draw(st.sampled_from(["new", "new", "correct", "withdraw"]))
        if entries and what != "new":
            target = draw(st.sampled_from(entries))
            kind = target.kind
            corrects, withdraws = (target.id, None) if what == "correct" else (None, target.id)
        recorded = START + timedelta(hours=draw(st.integers(0, 40)))
        occurred = Moment(START + timedelta(hours=draw(st.integers(0, 40))))
        details = vocabulary().read(kind, {})
        entries.append(
            Entry(f"e{number}", "c", kind, occurred, recorded, details, corrects=corrects, withdraws=withdraws)
        )
    return entries


@given(worlds(), st.randoms())
def test_the_order_of_arrival_does_not_change_the_picture(world: list[Entry], chance: object) -> None:
    shuffled = list(world)
    chance.shuffle(shuffled)
    one, other = (Story.of("c", entries, vocabulary()) for entries in (world, shuffled))
    assert one.standing == other.standing
    assert picture(one) == picture(other)
    assert episodes(one) == episodes(other)


@given(worlds())
def test_folding_twice_gives_the_same(world: list[Entry]) -> None:
    assert episodes(Story.of("c", world, vocabulary())) == episodes(Story.of("c", world, vocabulary()))


@given(worlds(), st.integers(0, 40))
def test_what_was_known_then_is_what_a_reader_would_have_seen_then(world: list[Entry], hours: int) -> None:
    then = START + timedelta(hours=hours)
    written_by_then = [e for e in world if e.recorded_at <= then]
    assert in_force(world, as_known_at=then) == in_force(written_by_then)


@given(st.integers(1, 300), st.randoms())
def test_a_correction_chain_of_any_depth_ends_in_its_last_word(depth: int, chance: object) -> None:
    chain = [
        Entry(
            f"e{n}",
            "c",
            "missing.returned",
            Moment(START + timedelta(minutes=n)),
            START + timedelta(days=n),
            vocabulary().read("missing.returned", {}),
            corrects=f"e{n - 1}" if n else None,
        )
        for n in range(depth)
    ]
    chance.shuffle(chain)
    (standing,) = in_force(chain)
    assert standing.id == f"e{depth - 1}"
    assert len(versions_of(standing, chain)) == depth - 1


@given(worlds())
def test_taking_back_a_withdrawal_undoes_it(world: list[Entry]) -> None:
    before = in_force(world)
    if not before:
        return
    target = before[0]
    late = START + timedelta(days=9)
    taken = Entry("w1", "c", target.kind, target.occurred, late, target.details, withdraws=target.id)
    undone = Entry("w2", "c", target.kind, target.occurred, late, target.details, withdraws="w1")
    assert target not in in_force([*world, taken])
    assert in_force([*world, taken, undone]) == before
