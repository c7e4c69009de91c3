"""The engine beside a second reading of the same rules, written apart from it, over generated chronologies.

A few hundred in every run; `python tests/duties/test_engine_and_naive_reading_agree.py 100000` for as many as wanted.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.moment import Moment
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.engine import obligations
from holdfast.duties.obligation import Obligation, status
from holdfast.duties.rule import Nation
from holdfast.duties.statute import statute
from holdfast.duties.timeline import read_entry

sys.path.insert(0, str(Path(__file__).parent))
import naive

BEGAN = datetime(2025, 6, 1, tzinfo=UTC)
Pool = dict[str, list[dict[str, Any]]]


def _pool(words: Vocabulary) -> tuple[Pool, list[str]]:
    """For each kind the details that some rule asks about, as the rules' own examples write them; and likely kinds."""
    pool: Pool = {kind.name: [{}] for kind in words}
    met: list[str] = []
    for rule in statute().rules:
        for example in rule.examples:
            for line in example["timeline"]:
                entry = read_entry(line, 1, words)
                met.append(entry.kind)
                details = words.write(entry.details)
                if details not in pool[entry.kind]:
                    pool[entry.kind].append(details)
    pool["child.age_recorded"] += [{"born_on": "2008-02-29"}, {"born_on": "2009-12-01", "standing": "disputed"}]
    pool["care.legal_status_changed"] += [{"legal_status": s} for s in ("C1", "C2", "V2")]
    pool["placement.started"] += [{"place": "P1"}, {"until_eighteen": True}, {"out_of_area": True, "emergency": False}]
    return pool, met + sorted(pool)


def chronology(
    dice: random.Random, words: Vocabulary, pool: Pool, kinds: list[str], told: Sequence[str] = ()
) -> list[Entry]:
    """Entries at different instants, some known only to the day and then alone on it.

    `told` are lines of a rule's own example: their kinds and details come in that order, among whatever else.
    """
    began = BEGAN + timedelta(days=dice.choice((0, 0, 0, -365, -1400)))
    days = sorted(dice.sample(range(700), dice.randint(1, 22)))
    entries: list[Entry] = []
    few = dice.sample(kinds, min(8, len(kinds)))
    waiting = [read_entry(line, 1, words) for line in told]
    for day in days:
        at = began + timedelta(days=day)
        alone = dice.random() < 0.2
        hours = [0] if alone else sorted(dice.sample(range(2, 21), dice.choice((1, 1, 2, 3))))
        for hour in hours:
            moment = Moment.on(at.date()) if alone else Moment(at + timedelta(hours=hour, minutes=dice.randrange(60)))
            if waiting and dice.random() < 0.6:
                line = waiting.pop(0)
                kind, details = line.kind, line.details
            else:
                kind = dice.choice(few if dice.random() < 0.6 else kinds)
                details = words.read(kind, dice.choice(pool[kind]))
            if kind != "chronology.withdrawn":
                entries.append(Entry(f"e{len(entries)}", "c", kind, moment, moment.at, details))
    return entries


def by_the_engine(found: tuple[Obligation, ...], at: datetime) -> set[tuple[Any, ...]]:
    return {
        (
            *(o.rule.key, o.start.id, o.started_at, o.due_at, o.due_latest, o.met_at),
            *(o.met_by.id if o.met_by else None, o.ended_at, o.ended_by.id if o.ended_by else None),
            status(o, at).value,
        )
        for o in found
    }


def by_hand(found: list[dict[str, Any]], at: datetime) -> set[tuple[Any, ...]]:
    names = ("start", "started", "due", "latest", "met", "met_by", "ended", "ended_by")
    return {(f["rule"].key, *(f[name] for name in names), naive.status(f, at)) for f in found}


def compare(seed: int, words: Vocabulary, pool: Pool, kinds: list[str]) -> int:
    """Raises AssertionError where the two differ; gives how many obligations were compared."""
    dice = random.Random(seed)
    rule = dice.choice(statute().rules)
    entries = chronology(dice, words, pool, kinds, dice.choice(rule.examples)["timeline"])
    nation = dice.choice(sorted(rule.nations) if dice.random() < 0.8 else list(Nation))
    at = BEGAN + timedelta(hours=dice.randrange(24 * 800))
    engine = by_the_engine(obligations(entries, statute(), nation=nation, vocabulary=words), at)
    hand = by_hand(naive.required(entries, statute().rules, nation, words), at)
    lines = [f"{e.id} {e.occurred} {e.kind} {e.details}" for e in entries]
    assert engine == hand, "\n".join([f"seed {seed}, {nation}", *lines, f"{engine - hand}", f"{hand - engine}"])
    return len(engine)


@pytest.mark.parametrize("hundred", range(4))
def test_the_engine_and_the_naive_reading_agree(hundred: int) -> None:
    words = vocabulary()
    pool, kinds = _pool(words)
    compared = sum(compare(seed, words, pool, kinds) for seed in range(hundred * 100, hundred * 100 + 100))
    assert compared > 500, "too few obligations to mean anything"


if __name__ == "__main__":
    count, begin = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    words_ = vocabulary()
    pool_, kinds_ = _pool(words_)
    total = sum(compare(seed, words_, pool_, kinds_) for seed in range(begin, begin + count))
    print(f"{count:,} chronologies, {total:,} obligations, no difference")
