"""Which entries are in force: what was known at a time, corrected and withdrawn as known then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import lt

from holdfast.chronology.entry import Entry


def in_force(
    entries: Iterable[Entry], *, as_known_at: datetime | None = None, as_at: datetime | None = None
) -> tuple[Entry, ...]:
    """The entries that stand, in the order in which they happened.

    `as_known_at` leaves out what was recorded later; `as_at` what happened later. A correction stands in place of
    what it corrects; of two corrections of one entry the later recorded stands. A withdrawal takes back one entry
    and whatever corrected it; taking back a correction lets the entry that it corrected stand again. The order in
    which entries arrive makes no difference. What was erased does not stand: from a skeleton without a day of birth or
    an ending, the law and the lists would be computed wrongly for ever.
    """
    known = [e for e in entries if not e.is_erased and (as_known_at is None or e.recorded_at <= as_known_at)]
    ids = {e.id for e in known}
    changes: dict[str, list[Entry]] = {}
    facts: list[Entry] = []
    for entry in known:
        target = entry.withdraws or entry.corrects
        if target is None:
            facts.append(entry)
        elif target in ids and target != entry.id:
            changes.setdefault(target, []).append(entry)
        elif entry.withdraws is None:
            facts.append(entry)  # it corrects something that is not here: it stands on its own

    if not changes:
        standing = facts
    else:
        withdrawn = _withdrawn(changes)
        standing = [s for f in facts if (s := _standing_version(f, changes, withdrawn)) is not None]
    if as_at is not None:
        standing = [e for e in standing if e.occurred.at <= as_at]
    times = [e.occurred.at for e in standing]
    if all(map(lt, times, times[1:])):
        return tuple(standing)  # as most chronologies arrive
    return tuple(sorted(standing, key=_sort_key))


def _sort_key(entry: Entry) -> tuple[datetime, datetime, str]:
    return entry.sort_key


def _withdrawn(changes: dict[str, list[Entry]]) -> set[str]:
    """The ids taken back. A withdrawal that was itself taken back has no effect, to any depth, without recursion."""
    answers: dict[str, bool] = {}
    for first in changes:
        asked = [first]
        while asked:
            target = asked[-1]
            by = [c.id for c in changes.get(target, ()) if c.withdraws == target]
            unanswered = [c for c in by if c not in answers]
            if target in answers or not unanswered:
                answers.setdefault(target, any(not answers[c] for c in by))
                asked.pop()
            else:
                asked.extend(unanswered)
    return {target for target, answer in answers.items() if answer}


def _standing_version(fact: Entry, changes: dict[str, list[Entry]], withdrawn: set[str]) -> Entry | None:
    if fact.id in withdrawn:
        return None
    version = fact
    while True:
        corrections = [c for c in changes.get(version.id, ()) if c.corrects == version.id and c.id not in withdrawn]
        if not corrections:
            return version
        version = max(corrections, key=lambda c: (c.recorded_at, c.id))


def versions_of(entry: Entry, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that this one replaced, newest first."""
    by_id = {e.id: e for e in entries}
    found: list[Entry] = []
    while entry.corrects in by_id and len(found) < len(by_id):
        entry = by_id[entry.corrects]
        found.append(entry)
    return tuple(found)
