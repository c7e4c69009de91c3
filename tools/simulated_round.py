"""A national round whose truth is known: does every logical bound hold it, and how often does the model?

    python tools/simulated_round.py                 1,000 rounds
    python tools/simulated_round.py --rounds 40     fewer
    python tools/simulated_round.py --hidden-high   authorities with high rates fall silent: what no model can see

Each round has the authorities of the four nations, made-up counts for two years, and replies in the words that real
replies use. They are read by the rules that read real ones. Same seed, same round.
"""

from __future__ import annotations

import argparse
import csv
import io
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import exp, log
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from holdfast.authorities.register import authorities
from holdfast.evidence import folder as evidence_folder
from holdfast.evidence import reading
from holdfast.evidence.folder import Cells, cells_from_bytes
from holdfast.evidence.sizes import Size, Sizes
from holdfast.figures.figure import Figure
from holdfast.figures.making import figures
from holdfast.figures.narrowing import narrowed
from holdfast.figures.plan import Plan, plan_from
from holdfast.figures.silence import Silence, silences
from holdfast.figures.sums import with_sums

# How 5,462 requests to councils for children's services ended: github.com/data-to-insight/foi-csc-scrape-tool
# (commit e5567435, MIT), from WhatDoTheyKnow and Hastings. "Awaiting classification" is shared out over the rest.
OUTCOMES = {
    "answered": 2355,
    "answered in part": 781,
    "not held": 621,
    "no answer": 394 + 36 + 3 + 1 + 1 + 42,  # long overdue, in review, awaited, delayed, by post, withdrawn
    "refused": 214,
    "clarification asked": 39,
    "bounced": 1,
}
YEARS = ("2023", "2024")
DISTRICTS = 12  # bodies without the duty, asked by mistake
# Looked-after children per authority, and the share who are unaccompanied or trafficked: of the order of the
# published numbers of 2024 (England 83,630 on 31 March, Wales 7,198, Scotland 11,844).
NATIONS = {
    "England": (550, 0.75, 0.085, 0.030),
    "Wales": (330, 0.5, 0.047, 0.020),
    "Scotland": (370, 0.7, 0.040, 0.015),
    "Northern Ireland": (700, 0.3, 0.030, 0.012),
}
ITEMS = ("1a", "1b", "1c", "1d", "2a", "2b", "3b")
SILENT = ("1c", "trafficked", "2b")
FIGURES = {
    "sum": [{"item": "trafficked", "parts": ["1a", "1b"]}],
    "within": [
        {"part": "1d", "whole": "1c"},
        {"part": "1d", "whole": "trafficked"},
        {"part": "2a", "whole": "trafficked"},
        {"part": "2b", "whole": "1c"},
        {"part": "2b", "whole": "3b"},
    ],
    "total": [{"id": item, "item": item} for item in (*ITEMS, "trafficked")],
    "rate": [
        {"id": "2a of trafficked", "numerator": "2a", "denominator": "trafficked"},
        {"id": "2b of 1c", "numerator": "2b", "denominator": "1c"},
    ],
    "different": [
        {"id": "in care", "items": ["trafficked", "1c"], "overlap": "1d"},
        {"id": "missing", "items": ["2a", "2b"]},
    ],
    "change": [{"id": "rise of 1c", "item": "1c", "from": "2023", "to": "2024"}],
    "silent": [{"id": f"all {item}", "item": item, "limit": "looked after"} for item in SILENT],
}
Truth = dict[tuple[str, str, str], int]
"""Authority, year, item: the number of children (of incidents for 3b)."""


@dataclass
class Round:
    """What was true, what was written, and the outside counts."""

    seed: int
    truth: Truth = field(default_factory=dict)
    lines: list[tuple[str, ...]] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    either: dict[tuple[str, str, str], int] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    careless: Counter[tuple[str, str]] = field(default_factory=Counter)


def made_round(seed: int, hidden_high: bool = False) -> Round:
    """One round. With `hidden_high`, authorities with high rates are three times as likely to stay silent."""
    chance = random.Random(seed)
    made = Round(seed)
    for body in authorities(date(2024, 12, 31)):
        _authority(made, body.name, body.nation.words, chance, hidden_high)
    for number in range(DISTRICTS):
        for item in ITEMS:
            made.lines.append(
                (f"District {number}", "England", "2024", item, "district council: not responsible", "", "")
            )
    return made


def _authority(made: Round, name: str, nation: str, chance: random.Random, hidden_high: bool) -> None:
    typical, spread, unaccompanied, trafficked = NATIONS[nation]
    size = max(15, round(typical * exp(chance.gauss(-(spread**2) / 2, spread))))
    made.sizes.append(Size(name, nation, "looked after", "2024", size, "simulated"))
    # Log-normal rates: close to the model's gamma, and not the same.
    tilt = chance.gauss(0, 0.55)
    rates = (min(0.5, unaccompanied * exp(tilt)), min(0.4, trafficked * exp(chance.gauss(0, 0.55))))
    for year in YEARS:
        growth = 1.0 if year == "2024" else 0.85
        _counts(made, name, year, size, (rates[0] * growth, rates[1] * growth), chance)
    weights = dict(OUTCOMES)
    if hidden_high and tilt > 0.3:
        weights["no answer"] *= 6
    outcome = chance.choices(list(weights), list(weights.values()))[0]
    made.outcomes[outcome] += 1
    style = chance.choice(list(STYLES))
    for year in YEARS:
        _reply(made, name, nation, year, outcome, style, chance)


def _counts(made: Round, name: str, year: str, size: int, rates: tuple[float, float], chance: random.Random) -> None:
    """Children one by one, so that every limit between the counts holds."""
    found: Counter[str] = Counter()
    for _ in range(size):
        alone, harmed = chance.random() < rates[0], chance.random() < rates[1]
        if not (alone or harmed):
            continue
        missing = chance.random() < (0.33 if harmed else 0.12)
        part = "1a" if chance.random() < 0.6 else "1b"
        found[part] += harmed
        found["1c"] += alone
        found["1d"] += alone and harmed
        found["2a"] += harmed and missing
        found["2b"] += alone and missing
        found["either in care"] += 1
        found["either missing"] += missing
        if alone and missing:
            found["3b"] += 1 + int(-log(1 - chance.random()) * 3)
    for item in ITEMS:
        made.truth[name, year, item] = found[item]
    made.truth[name, year, "trafficked"] = found["1a"] + found["1b"]
    made.either[name, year, "in care"] = found["either in care"]
    made.either[name, year, "missing"] = found["either missing"]


# -- how a number is written ------------------------------------------------------------------------------------

_WORDS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def _plain(count: int, chance: random.Random) -> tuple[str, str]:
    if count == 0:
        return chance.choice(("0", "Nil", "None.", "Zero")), ""
    if count < len(_WORDS):
        return chance.choice((str(count), f"{_WORDS[count]};", f"{_WORDS[count]} ({count})", f"{count}.0")), ""
    return f"{count:,}", ""


def _under_five(count: int, chance: random.Random) -> tuple[str, str]:
    return (chance.choice(("<5", "less than five", "fewer than 5")), "") if count < 5 else _plain(count, chance)


def _under_five_zero_shown(count: int, chance: random.Random) -> tuple[str, str]:
    return ("<5", "zero-shown") if 0 < count < 5 else _plain(count, chance)


def _five_or_less(count: int, chance: random.Random) -> tuple[str, str]:
    return ("s40(2); numbers are 5 or less", "") if count <= 5 else _plain(count, chance)


def _star_under_ten(count: int, chance: random.Random) -> tuple[str, str]:
    return ("*", "below:10") if count < 10 else _plain(count, chance)


def _star_without_key(count: int, chance: random.Random) -> tuple[str, str]:
    return ("*", "") if count < 6 else _plain(count, chance)


def _bands(count: int, chance: random.Random) -> tuple[str, str]:
    for low, high in ((1, 5), (6, 10), (11, 20), (21, 50), (51, 100)):
        if low <= count <= high:
            return f"{low}-{high}", ""
    return _plain(count, chance)


# Eight in fourteen write numbers; the rest hide small ones, each in one of the ways that real replies use.
STYLES = {
    **{f"plain {at}": _plain for at in range(8)},
    "under five": _under_five,
    "under five, zero shown": _under_five_zero_shown,
    "five or less": _five_or_less,
    "star under ten": _star_under_ten,
    "star without key": _star_without_key,
    "bands": _bands,
}
_NOTHING = {
    "no answer": ("", "no reply", "acknowledged", "overdue"),
    "not held": ("not held", "not recorded", "non-reportable data", "unable to report"),
    "refused": ("s12", "s14", "s40(2)", "neither confirm nor deny", "refused"),
    "clarification asked": ("clarification asked",),
    "bounced": ("bounced",),
    "answered in part": ("s12: 250 files x 15 min = 62.5 hours", "not recorded", "cost limit exceeded", "s40(2)"),
}


def _reply(made: Round, name: str, nation: str, year: str, outcome: str, style: str, chance: random.Random) -> None:
    # One number for two questions, and the reply says so: nothing could tell one that does not.
    joint = outcome == "answered" and chance.random() < 0.06
    for item in ITEMS:
        count = made.truth[name, year, item]
        raw, policy, coded = "", "", ""
        if outcome == "answered" or (outcome == "answered in part" and chance.random() < 0.55):
            if item in ("1a", "1b") and joint:
                both = made.truth[name, year, "trafficked"]
                raw, policy = STYLES[style](both, chance) if item == "1a" else ("included in 1a", "")
            else:
                raw, policy, coded = _answer(count, item, style, chance, made.truth[name, year, "3b"])
        else:
            raw = chance.choice(_NOTHING[outcome])
        made.lines.append((name, nation, year, item, raw, policy, coded))
        made.careless[year, item] += _careless(raw)


def _answer(count: int, item: str, style: str, chance: random.Random, incidents: int) -> tuple[str, str, str]:
    """The traps: a count on a day, part of a year, incidents for children; a person has read these as they must."""
    trap = chance.random()
    if trap < 0.02:
        return f"{round(count * 1.4)} children as at 12 June 2025 (including care leavers)", "", ""
    if trap < 0.03:
        some = round(count * chance.uniform(0.3, 0.8))
        return f"{some} (January to April only)", "", f"exact_partial_period at least {some}"
    if trap < 0.05 and item == "2b" and incidents:
        return f"{incidents} incidents", "", f"exact_episodes 1-{incidents}"
    return *STYLES[style](count, chance), ""


def _careless(raw: str) -> int:
    """What somebody in a hurry adds up: whatever begins with a number, bands and signs left out."""
    first = raw.split(" ")[0].replace(",", "").removesuffix(".0")
    return int(first) if first.isdigit() else 0


# -- reading, figures, and whether they hold --------------------------------------------------------------------


def cells_of(made: Round) -> Cells:
    """The replies through the rules that read real ones."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("authority", "nation", "period", "item", "raw", "policy", "coded"))
    writer.writerows(made.lines)
    return cells_from_bytes(out.getvalue().encode())


def plan_of(cells: Cells) -> Plan:
    """Every figure of a round."""
    return plan_from(FIGURES, cells.items, frozenset(YEARS))


@dataclass
class Result:
    """What a round showed. `wrong` names each bound that the truth lies outside of."""

    seed: int
    bounds: int = 0
    wrong: list[str] = field(default_factory=list)
    covered: dict[str, bool] = field(default_factory=dict)
    width: dict[str, float] = field(default_factory=dict)
    off: dict[str, float] = field(default_factory=dict)
    careless_rate: dict[str, bool] = field(default_factory=dict)
    faults: int = 0
    left: int = 0


def judged(made: Round, model: bool = True) -> Result:
    """All figures of a round against its truth."""
    cells = cells_of(made)
    plan = plan_of(cells)
    result = Result(made.seed, left=len(cells.refused))
    _judge_cells(made, cells, plan, result)
    for figure in figures(cells.cells, plan):
        result.faults += len(figure.faults)
        for what, true, lower, upper in _claims(made, figure):
            result.bounds += 1
            if (lower is not None and true < lower - 1e-9) or (upper is not None and true > upper + 1e-9):
                result.wrong.append(f"{figure.id} {figure.period} {what}: {true} outside {lower} to {upper}")
        if figure.kind == "rate" and figure.period == "2024" and figure.lower is not None:
            result.careless_rate[figure.id] = figure.lower <= _careless_rate(made, figure.id) <= (figure.upper or 1)
    for one in silences(cells.cells, plan, Sizes(tuple(made.sizes))):
        _judge_silence(made, one, result, model)
    return result


def _judge_cells(made: Round, cells: Cells, plan: Plan, result: Result) -> None:
    """What is left of each single answer when every limit and sum has narrowed it: far stricter than any sum."""
    table = narrowed(with_sums(cells.cells, plan.sums), plan.limits, plan.sums)
    names = {name.casefold(): name for name, _, _ in made.truth}
    for (authority, year, item), one in table.ranges.items():
        result.bounds += 1
        true = made.truth[names[authority], year, item]
        if true < one.lower or (one.upper is not None and true > one.upper):
            result.wrong.append(f"{authority} {year} {item}: {true} outside {one.lower} to {one.upper}")


def _claims(made: Round, figure: Figure) -> Iterator[tuple[str, float, float | None, float | None]]:
    """What a figure says, beside what is true of the same authorities."""
    inside, year = figure.coverage.in_figure, figure.period
    if not inside:
        return

    def true(item: str, over: tuple[str, ...], when: str = year) -> int:
        return sum(made.truth[name, when, item] for name in over)

    if figure.kind == "total":
        yield "total", true(figure.id, inside), figure.lower, figure.upper
    elif figure.kind == "different":
        yield "different", sum(made.either[name, year, figure.id] for name in inside), figure.lower, figure.upper
    elif figure.kind == "change" and figure.growth:
        before, after = (true("1c", inside, when) for when in YEARS)
        yield "difference", after - before, *figure.growth.difference
        if before:
            yield "change", after / before - 1, figure.lower, figure.upper
    elif figure.kind == "rate" and figure.everyone:
        part, _, whole = figure.id.partition(" of ")
        if true(whole, inside):
            yield "rate", true(part, inside) / true(whole, inside), figure.lower, figure.upper
        every = figure.everyone.authorities
        yield "rate of all", true(part, every) / true(whole, every), *_ends(figure)


def _careless_rate(made: Round, rate: str) -> float:
    """Everything that is a number above over everything that is a number below, whoever gave it."""
    part, _, whole = rate.partition(" of ")
    below = ("1a", "1b") if whole == "trafficked" else (whole,)
    return made.careless["2024", part] / sum(made.careless["2024", item] for item in below)


def _ends(figure: Figure) -> tuple[float | None, float | None]:
    assert figure.everyone is not None
    return figure.everyone.bounds.lower, figure.everyone.bounds.upper


def _judge_silence(made: Round, one: Silence, result: Result, model: bool) -> None:
    true = sum(made.truth[member.name, one.period, one.item] for member in one.members)
    first = one.ladder[0]
    result.bounds += 1
    if not first.lower <= true <= (first.upper if first.upper is not None else true):
        result.wrong.append(f"{one.id} {one.period}, nothing assumed: {true} outside {first.lower} to {first.upper}")
    if one.period != "2024":
        return
    for rung in one.ladder[1:]:
        result.covered[f"{one.id}, {rung.name}"] = rung.lower <= true <= (rung.upper or true)
    careless = made.careless["2024", one.item]
    if one.item == "trafficked":
        careless = made.careless["2024", "1a"] + made.careless["2024", "1b"]
    result.off[one.id] = careless / true - 1
    result.covered[f"{one.id}, careless sum within 5 %"] = abs(careless / true - 1) <= 0.05
    if model:
        from holdfast.figures.modelled.hierarchy import modelled_total

        found = modelled_total(one.members, made.seed, draws=1000, compare=False)
        result.covered[f"{one.id}, model"] = found.lower <= true <= found.upper
        result.width[one.id] = (found.upper - found.lower) / true


def _one(work: tuple[int, bool, bool]) -> Result:
    seed, hidden_high, model = work
    # The same few words are read again and again; remembering them changes nothing but the time.
    if not hasattr(evidence_folder.read, "cache_info"):
        evidence_folder.read = lru_cache(100_000)(reading.read)
    return judged(made_round(seed, hidden_high), model)


def run(rounds: int, first: int, hidden_high: bool, model: bool, processes: int) -> list[Result]:
    """Rounds from the seed `first` on."""
    work = [(seed, hidden_high, model) for seed in range(first, first + rounds)]
    if processes == 1:
        return [_one(one) for one in work]
    with multiprocessing.Pool(processes) as pool:
        return list(pool.imap(_one, work, chunksize=10))


def main() -> int:
    """Print the figures; exit 1 where a bound does not hold the truth."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=1000)
    words.add_argument("--first", type=int, default=1, help="the first seed")
    words.add_argument("--hidden-high", action="store_true", help="authorities with high rates fall silent")
    words.add_argument("--no-model", action="store_true", help="bounds only")
    words.add_argument("--processes", type=int, default=2)
    given = words.parse_args()
    started = time.monotonic()
    results = run(given.rounds, given.first, given.hidden_high, not given.no_model, given.processes)
    wrong = [f"seed {one.seed}: {words}" for one in results for words in one.wrong]
    bounds = sum(one.bounds for one in results)
    print(f"{len(results):,} rounds, {bounds:,} logical bounds, {len(wrong)} without the truth")
    for words_of_one in wrong[:20]:
        print("  ", words_of_one)
    for name in sorted({name for one in results for name in one.covered}):
        held = [one.covered[name] for one in results if name in one.covered]
        print(f"  {name:<42} holds the truth in {100 * sum(held) / len(held):5.1f} % of {len(held):,}")
    for item in results[0].off:
        off = sorted(one.off[item] for one in results)
        width = (
            f"; model's width {100 * sum(one.width[item] for one in results) / len(results):.0f} %"
            if results[0].width
            else ""
        )
        print(f"  {item}: the careless sum is off by {100 * off[len(off) // 2]:+.0f} % in the middle round{width}")
    for rate in results[0].careless_rate:
        outside = sum(not one.careless_rate.get(rate, True) for one in results)
        print(f"  careless rate {rate}: outside what is possible in {100 * outside / len(results):.1f} % of rounds")
    print(f"  left to a person: {sum(one.left for one in results) / len(results):.0f} lines a round")
    print(f"  {time.monotonic() - started:.0f} seconds")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
