"""Releases of rounds whose truth is known: every range holds it, and no small count can be worked out."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path

import pytest

from holdfast.figures.making import figures
from holdfast.figures.modelled.local_table import key
from holdfast.figures.modelled.safety import Statement, about, left_possible
from holdfast.figures.release.exchange import Exchange
from holdfast.figures.release.publishable import publishable
from holdfast.figures.release.reader import reader
from holdfast.figures.release.released import Layer, outside, released
from holdfast.figures.release.wanted import Wanted
from holdfast.figures.silence import silences
from holdfast.figures.sums import with_sums

_PLACE = Path(__file__).parents[2] / "tools" / "simulated_round.py"
_SPEC = importlib.util.spec_from_file_location("simulated_round_for_releases", _PLACE)
assert _SPEC and _SPEC.loader
simulated = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = simulated
_SPEC.loader.exec_module(simulated)

WANTED = Wanted("t", "p", "c", "2a of trafficked", "2024", ("trafficked", "1c", "2a", "2b"), {}, {})


@pytest.fixture(scope="module", params=[3, 11])
def made(request):
    """Thirty authorities of a simulated round, with what may be published of it."""
    whole = simulated.made_round(request.param)
    some = {size.authority for size in random.Random(request.param).sample(whole.sizes, 30)}
    whole.lines = [line for line in whole.lines if line[0] in some]
    whole.sizes = [size for size in whole.sizes if size.authority in some]
    read = simulated.cells_of(whole)
    plan = simulated.plan_of(read)
    cells, raw = with_sums(read.cells, plan.sums), figures(read.cells, plan)
    found = publishable(cells, raw, plan, WANTED)
    return whole, read, plan, cells, raw, found


def true_of(whole, figure, names):
    """The truth of a figure over these authorities."""

    def count(item, period):
        return sum(whole.truth[name, period, item] for name in names)

    if figure.kind == "different":
        return sum(whole.either[name, figure.period, figure.id] for name in names)
    if figure.kind == "change":
        return count(figure.items[0], figure.period) / count(figure.items[0], figure.since) - 1
    if figure.kind == "rate":
        return count(figure.items[0], figure.period) / count(figure.items[1], figure.period)
    return count(figure.items[0], figure.period)


def test_every_published_range_holds_the_truth(made):
    whole, read, plan, cells, raw, found = made
    sizes = simulated.Sizes(tuple(whole.sizes))
    reads = reader(found, cells, WANTED, outside(plan, sizes))
    silent = silences(read.cells, plan, sizes)
    out = released(raw, silent, cells, sizes, plan, found, reads, WANTED)
    everyone = {one.id: [member.name for member in one.members] for one in silent}
    rates = {(one.id, one.period): one.everyone.authorities for one in raw if one.everyone}
    checked = 0
    for figure in out:
        for number in figure.numbers:
            names = figure.in_figure
            if number.layer is Layer.COUNTED:
                continue
            if number.layer is Layer.EVERYONE:
                names = rates.get((figure.id, figure.period)) or everyone[figure.id]
            true = true_of(whole, figure, names)
            assert number.lower is None or number.lower <= true + 1e-9, (figure.id, figure.period, number, true)
            assert number.upper is None or number.upper >= true - 1e-9, (figure.id, figure.period, number, true)
            checked += 1
    assert checked > 30


def own_words(found, cells):
    """What authorities said of themselves, and what everybody knows."""
    stated = [
        Statement(
            {key(cell.period, cell.item, cell.authority): 1.0},
            cell.lower,
            float("inf") if cell.upper is None else cell.upper,
        )
        for cell in cells
        if cell.lower is not None and not cell.is_exact
    ]
    return [*stated, *found.limits]


def published(found):
    said = [about((place,), value) for place, value in found.shown.items() if value is not None]
    return said + [about(total.cells, value, total.base) for total, value in found.totals.items()]


def test_no_small_count_can_be_worked_out_of_all_tables_together(made):
    """By programmes over everything at once, without the short cuts that the release itself takes. What an
    authority's own words give away is not counted against the release."""
    whole, _, _, cells, _, found = made
    names = {name.casefold(): name for name, _, _ in whole.truth}
    true = {
        place: whole.truth[names[who], period, item]
        for place in found.shown
        for period, item, who in [place.split("\x1f")]
    }
    small = [place for place, value in found.shown.items() if value is None and 0 < true[place] < 10]
    assert len(small) > 60
    checked = 0
    for place in random.Random(1).sample(small, 24):
        year = place[:4]
        words, said = ([one for one in some if all(name.startswith(year) for name in one.terms)]
                       for some in (own_words(found, cells), published(found)))  # fmt: skip
        one = left_possible(place, [*words, *said])
        assert one.lower <= true[place] and (one.upper is None or true[place] <= one.upper)
        if one.upper is not None and one.upper - one.lower < 4:
            given = left_possible(place, words)
            assert given.upper is not None and given.upper - given.lower < 4, place
        else:
            checked += 1
    assert checked > 15


def test_a_small_count_is_never_shown(made):
    *_, found = made
    assert any(found.shown.values())
    assert all(value is None or value == 0 or value >= 10 for value in found.shown.values())


def test_an_exchange_never_claims_more_than_a_programme_finds():
    chance = random.Random(5)
    agreed = 0
    for _ in range(60):
        names = [f"2024\x1f{item}\x1f{who}" for item in ("care", "missing") for who in "abcde"]
        true = {name: chance.randrange(0, 14) for name in names}
        said = [
            about(chance.sample(names, chance.randrange(1, 5)), 0, 1)
            for _ in range(chance.randrange(2, 7))
        ]  # fmt: skip
        said = [about(one.terms, sum(true[name] for name in one.terms), chance.choice((1, 1, 5))) for one in said]
        said = [
            Statement(one.terms, *(_around(one, true)))
            for one in said
        ]  # fmt: skip
        swaps = Exchange(said, true)
        for name in names:
            if not swaps.leaves(name, 5):
                continue
            one = left_possible(name, said)
            assert one.upper is None or one.upper - one.lower >= 4, (name, said)
            agreed += 1
    assert agreed > 100


def _around(one, true):
    middle = sum(true[name] for name in one.terms)
    return min(one.lower, middle), max(one.upper, middle)
