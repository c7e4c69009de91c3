"""Taking in a council's return: the only writes of this room.

Reading, comparing, numbering, hashing and folding touch no database and run in as many processes as there are cores;
one process writes. A chunk of children is one transaction: interrupted, the next taking in goes on where this one
stopped, because what is known already adds nothing.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from multiprocessing import get_all_start_methods, get_context

from django.db import connection, transaction

from holdfast.child.models import Number
from holdfast.chronology.actions import (
    NOTHING_YET,
    Change,
    ChangedMeanwhile,
    Head,
    Prepared,
    new_reference,
    prepare,
    store,
)
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.queries import entries_of
from holdfast.chronology.standing import in_force
from holdfast.returns.models import Delivery, RowKeptAside
from holdfast.returns.ssda903.intake import Return, ReturnChild
from holdfast.returns.ssda903.report import IntakeReport, counted
from holdfast.returns.ssda903.restate import restate

CHUNK = 400
# Below this many children a second process costs more than it saves.
WORTH_PROCESSES = 1500


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk of children with what is known of each, on its way to be prepared."""

    children: Sequence[ReturnChild]
    refs: Sequence[str]
    heads: Sequence[Head]
    known: Sequence[tuple[Entry, ...]]
    by: str
    authority: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """A prepared chunk, and what it means in numbers."""

    prepared: Prepared
    already_known: int
    new: int
    corrections: int
    withdrawn: int


def has_delivered(authority: str) -> bool:
    """Whether this authority has delivered before."""
    return Number.objects.filter(scheme=f"ssda903:{authority}").exists()


def take_in(
    delivery: Return,
    *,
    authority: str,
    by: str,
    at: datetime,
    is_dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> IntakeReport:
    """Take in a return for an authority. Facts that are known add nothing; changed facts become corrections.

    A dry run compares everything and writes nothing. `progress` is told how many children are done.
    """
    report = delivery.report
    children = chain(delivery.children(), _gone(delivery, authority))
    first = list(islice(children, WORTH_PROCESSES))
    pool = _pool() if len(first) == WORTH_PROCESSES else nullcontext()
    with pool as workers:
        tasks = _tasks(first, children, authority, by, at)
        for task, outcome in _prepared(tasks, workers):
            if not is_dry_run:
                outcome = _store(task, outcome)
            report.entries += outcome.new
            report.already_known += outcome.already_known
            report.corrections += outcome.corrections
            report.withdrawn += outcome.withdrawn
            report.children += sum(1 for c in task.children if c.drafts)
            if progress:
                progress(report.children)
    if not is_dry_run:
        _keep_delivery(report, authority=authority, by=by, at=at)
    return report


def _gone(delivery: Return, authority: str) -> Iterator[ReturnChild]:
    """Children of whom an earlier delivery of these years told, and this one has no row at all: mended away.

    Asked for last, when the children of the delivery are through.
    """
    told = EntryRow.objects.filter(source__in=delivery.sources).values_list("child_id", flat=True).distinct()
    mine = Number.objects.filter(scheme=f"ssda903:{authority}", child_id__in=told)
    seen = delivery.numbers_seen()
    for number in sorted(set(mine.values_list("number", flat=True)) - seen):
        yield ReturnChild(number, (), delivery.delivered)


def _pool() -> AbstractContextManager[ProcessPoolExecutor | None]:
    if "fork" not in get_all_start_methods():
        return nullcontext()  # Windows: one process, as correct and slower
    # Forked after Django is set up and before anything is known; a child process never touches the database.
    connection.close()
    return ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("fork"))


def _tasks(
    first: list[ReturnChild],
    rest: Iterator[ReturnChild],
    authority: str,
    by: str,
    at: datetime,
) -> Iterator[Task]:
    for start in range(0, len(first), CHUNK):
        yield _task(first[start : start + CHUNK], authority, by, at)
    while chunk := list(islice(rest, CHUNK)):
        yield _task(chunk, authority, by, at)


def _task(children: list[ReturnChild], authority: str, by: str, at: datetime) -> Task:
    scheme = f"ssda903:{authority}"
    numbers = [c.number for c in children]
    found = dict(Number.objects.filter(scheme=scheme, number__in=numbers).values_list("number", "child_id"))
    known_refs = list(found.values())
    entries = entries_of(known_refs) if known_refs else {}
    heads = {c.ref: Head(c.length, c.head) for c in Chronology.objects.filter(ref__in=known_refs)} if known_refs else {}
    refs = [found.get(number) or new_reference() for number in numbers]
    return Task(
        children,
        refs,
        [heads.get(ref, NOTHING_YET) for ref in refs],
        [entries.get(ref, ()) for ref in refs],
        by,
        authority,
        at,
    )


def _prepare(task: Task) -> Outcome:
    """Compare each child with what is known, and prepare what is new. Runs in any process; touches no database."""
    changes: list[Change] = []
    already_known = 0
    for child, ref, head, known in zip(task.children, task.refs, task.heads, task.known, strict=True):
        standing = in_force(known) if known else ()
        ours = [e for e in standing if e.source.startswith(f"903/{task.authority}/")]
        changed = restate(ours, child.drafts, delivered=child.delivered)
        already_known += changed.already_known
        changes.append(Change(ref, head, known, _from_the_root(changed.drafts, known)))
    prepared = prepare(changes, by=task.by, agency=task.authority, at=task.at)
    done = prepared.done.values()
    corrections = sum(d.corrections for d in done)
    withdrawn = sum(d.withdrawals for d in done)
    return Outcome(
        Prepared(prepared.entries, prepared.moves, prepared.folded, {}),
        already_known,
        sum(len(d.entries) for d in done) - corrections - withdrawn,
        corrections,
        withdrawn,
    )


def _from_the_root(drafts: Sequence[Draft], known: tuple[Entry, ...]) -> Sequence[Draft]:
    """A fact that a return no longer holds is taken back whole: withdrawing only its last correction would let the
    version before stand again."""
    before = {e.id: e.corrects for e in known if e.corrects}
    if not before:
        return drafts
    return [replace(d, withdraws=_root(d.withdraws, before)) if d.withdraws else d for d in drafts]


def _root(entry: str, before: Mapping[str, str]) -> str:
    while entry in before:
        entry = before[entry]
    return entry


def _prepared(tasks: Iterator[Task], workers: ProcessPoolExecutor | None) -> Iterator[tuple[Task, Outcome]]:
    """Outcomes in the order of the tasks, a few ahead of the writer and never the whole return in memory."""
    if workers is None:
        for task in tasks:
            yield task, _prepare(task)
        return
    ahead: deque[tuple[Task, Future[Outcome]]] = deque()
    for task in tasks:
        ahead.append((task, workers.submit(_prepare, task)))
        if len(ahead) > 2 * (os.cpu_count() or 1):
            waited, future = ahead.popleft()
            yield waited, future.result()
    for waited, future in ahead:
        yield waited, future.result()


def _store(task: Task, outcome: Outcome) -> Outcome:
    try:
        store(outcome.prepared)
    except ChangedMeanwhile:
        # Somebody recorded something about one of these children while their chunk was being compared: compare again.
        again = _task(list(task.children), task.authority, task.by, task.at)
        outcome = _prepare(again)
        store(outcome.prepared)
    return outcome


@transaction.atomic
def _keep_delivery(report: IntakeReport, *, authority: str, by: str, at: datetime) -> None:
    delivery = Delivery.objects.create(
        authority=authority, taken_in_at=at, taken_in_by=by, report=json.dumps(counted(report.as_json()))
    )
    RowKeptAside.objects.bulk_create(
        (
            RowKeptAside(
                delivery=delivery,
                file=row.file[-200:],
                table=row.table[:60],
                row=row.row,
                problem=row.problem,
                received=row.received,
            )
            for row in report.kept_aside
        ),
        batch_size=500,
    )
