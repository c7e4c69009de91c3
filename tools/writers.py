"""Writers that can be killed: each goes on appending, correcting and reading, and says so only after the commit.

What is said is one line on a file that is opened for appending, so a killed writer has said whole lines or nothing.
"""

from __future__ import annotations

import os
import random
import traceback
from datetime import UTC, datetime
from pathlib import Path

WHO = "reid"
_LONGEST = 40  # a chronology is folded whole at each append: short ones keep the writers quick
_AT_ONCE = 6


def people() -> None:
    """The one who writes and reads."""
    from holdfast.access.actions import add_person

    add_person(username=WHO, first_name="Sgt", last_name="Reid", password="a long enough password")


def _child() -> str:
    from django.db import transaction

    from holdfast.chronology.actions import append, open_chronology
    from holdfast.chronology.draft import Draft
    from holdfast.chronology.models import Chronology
    from holdfast.chronology.moment import Moment
    from holdfast.config.vocabulary import vocabulary

    open_ones = Chronology.objects.filter(length__lt=_LONGEST).order_by("ref").values_list("ref", flat=True)[:_AT_ONCE]
    refs = list(open_ones)
    if len(refs) == _AT_ONCE:
        return random.choice(refs)
    known = Draft("child.known", Moment.parse("2026-01-05T09:00Z"), vocabulary().read("child.known", {}))
    with transaction.atomic():
        ref = open_chronology()
        append(ref, [known], by=WHO, agency="MAR", at=datetime.now(UTC))
    return ref


def write_entry() -> str:
    """Append a sighting, or correct the last one. Returns what to say when it is kept."""
    from django.db import transaction

    from holdfast.chronology.actions import append
    from holdfast.chronology.draft import Draft
    from holdfast.chronology.models import Chronology
    from holdfast.chronology.moment import Moment
    from holdfast.chronology.queries import stories
    from holdfast.config.vocabulary import vocabulary

    ref, now = _child(), datetime.now(UTC)
    said = vocabulary().read("missing.sighted", {"where": f"a station, {random.random()}"})
    with transaction.atomic():
        Chronology.objects.select_for_update().get(ref=ref)
        last = stories([ref])[ref].last("missing.sighted")
        corrects = last.id if last is not None and random.random() < 0.3 else None
        draft = Draft("missing.sighted", Moment.parse("2026-11-21T01:00Z"), said, corrects=corrects)
        done = append(ref, [draft], by=WHO, agency="MARPOL", at=now)
    return f"entry {done.entries[0].id}"


def write_reading() -> str:
    """Write down that a child was opened. Returns what to say when it is kept."""
    from django.db import transaction

    from holdfast.access.actions import record_reading
    from holdfast.access.models import Person, ReaderChain
    from holdfast.access.queries import reader
    from holdfast.access.rules import Act

    ref, now = _child(), datetime.now(UTC)
    person = Person.objects.get(username=WHO)
    with transaction.atomic():
        record_reading(reader(person, now), Act.SEE_IN_LIST, [ref], page="children", at=now)
        number = ReaderChain.objects.get(person=person).length
    return f"reading {number}"


def write_until_killed(said: Path, seed: int, *, at_most: int = 1_000_000) -> None:
    """Write until something ends this process. Errors end it too, and are kept beside what was said."""
    random.seed(seed)
    out = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        for _ in range(at_most):
            line = write_reading() if random.random() < 0.3 else write_entry()
            os.write(out, f"{line}\n".encode())
    except Exception:
        with said.with_suffix(".errors").open("a") as errors:
            errors.write(traceback.format_exc() + "\n")
        os._exit(3)


def lost(said: Path) -> list[str]:
    """What was said to be kept and is not there."""
    from holdfast.access.models import Reading
    from holdfast.chronology.models import EntryRow

    lines = set(said.read_text().splitlines()) if said.exists() else set()
    kept = {f"entry {pk}" for pk in EntryRow.objects.values_list("pk", flat=True)}
    kept |= {
        f"reading {number}" for number in Reading.objects.filter(person__username=WHO).values_list("number", flat=True)
    }
    return sorted(lines - kept)


def faults() -> list[str]:
    """What is not as it should be: a broken chain of entries or readings, a read table that a rebuild changes."""
    from holdfast.access.verify import verify_readings
    from holdfast.chronology.actions import rebuild
    from holdfast.chronology.verify import verify

    verdict, readings = verify(), verify_readings()
    found = [f"{b.child}, entry {b.number}: {b.problem}" for b in verdict.broken]
    found += [f"{row['table']} of {row['child']} differs" for row in verdict.read_tables_differ]
    found += [f"reading {b.number}: {b.problem}" for b in readings.broken]
    before = read_tables_as_text()
    rebuild()
    if read_tables_as_text() != before:
        found.append("a rebuild changed the read tables")
    return found


def read_tables_as_text() -> str:
    """Every row of every read table, in order: two of these are equal byte for byte or they are not."""
    from holdfast.chronology.installed import read_tables

    lines = []
    for table in read_tables():
        names = [f.attname for f in table.model._meta.concrete_fields]
        rows = table.model._default_manager.values_list(*names)
        lines += sorted(f"{table.model._meta.db_table} {row!r}" for row in rows)
    return "\n".join(lines)
