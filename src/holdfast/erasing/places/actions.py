"""Every place in which something of a child is kept, and what erasing it there means. The one list of them.

A new table with a child's data must be named here, or in `KEPT` with the reason why it stays: a test compares both with
the models. A place erases; it never commits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q

from holdfast.access.vault.rows import Photograph, VaultRow
from holdfast.chronology.installed import read_tables
from holdfast.chronology.models import EntryRow
from holdfast.chronology.queries import entries_of
from holdfast.missing.models import ReportDraft
from holdfast.missing.patterns.rows import NeverCompared
from holdfast.returns.models import Delivery, RowKeptAside
from holdfast.returns.ssda903.report import counted
from holdfast.sharing.handover.rows import Answer, Handover
from holdfast.sharing.handover.shift_notes import KEY, handovers_of_note
from holdfast.sharing.leaving.rows import WorkAnswered
from holdfast.sharing.models import Errand, Message, MessageEvent

GONE = "(erased)"
RETURN = "ssda903:"  # the scheme of a return's numbers begins so; the authority follows
SHORTEST_NUMBER = 4  # signs: a shorter number would stand in rows of many children


@dataclass(frozen=True, slots=True)
class Place:
    """A place by name, the tables in which it lies, and what erases a child from it, giving how many rows changed."""

    name: str
    tables: tuple[str, ...]
    erase: Callable[[str], int]


def _entries(ref: str) -> int:
    return EntryRow.objects.filter(child_id=ref, details__isnull=False).update(details=None, salt=None)


def _vault(ref: str) -> int:
    return VaultRow.objects.filter(child_id=ref).exclude(key="").update(key="", sealed=b"")


def _photographs(ref: str) -> int:
    return Photograph.objects.filter(child_id=ref).exclude(key="").update(key="", sealed=b"")


def _drafts(ref: str) -> int:
    return ReportDraft.objects.filter(child_id=ref).delete()[0]


def _sessions(ref: str) -> int:
    """Answers on their way into the record lie in sessions: those that hold something of this child end."""
    held = [s.pk for s in Session.objects.iterator() if ref in json.dumps(s.get_decoded())]
    return Session.objects.filter(pk__in=held).delete()[0]


def _said(rows: Any, *words: str) -> int:
    """These words of these rows; what was empty stays empty."""
    changed = 0
    for row in rows:
        held = {word: GONE for word in words if getattr(row, word)}
        if held:
            changed += type(row)._default_manager.filter(pk=row.pk).update(**held)
    return changed


def _messages(ref: str) -> int:
    Errand.objects.filter(message__child_id=ref).delete()
    words = ("subject", "notice", "sent_subject", "sent_text", "why", "basis", "told")
    changed = _said(Message.objects.filter(child_id=ref), *words)
    return changed + _said(MessageEvent.objects.filter(message__child_id=ref), "words")


def _notes_of_a_shift(ref: str) -> int:
    """A note says the same words under each child whom it names: they go there too. What else those rows say stays."""
    changed = 0
    for mine in Handover.objects.filter(child_id=ref, key__startswith=KEY):
        others = handovers_of_note(mine).exclude(child_id=ref)
        changed += _said(Message.objects.filter(handover__in=others), "notice")
        changed += _said(others, "notice")
    return changed


def _handovers(ref: str) -> int:
    changed = _said(Handover.objects.filter(child_id=ref), "of", "notice", "why", "basis")
    changed += _notes_of_a_shift(ref)
    changed += _said(Answer.objects.filter(handover__child_id=ref), "reason")
    return changed + _said(WorkAnswered.objects.filter(offer__child_id=ref), "reason")


def _numbers(ref: str) -> set[tuple[str, str]]:
    """Every number that the child was ever known by, with its scheme."""
    told = entries_of([ref]).get(ref, ())
    held = (e.details for e in told if e.kind == "child.identified")
    return {(details.scheme or "", details.number) for details in held if details.number}


def _reports_of_returns(ref: str) -> int:
    """Reports of deliveries from before they were kept as counts: of a fault in one it cannot be said whose row it
    was, so all of them become counts, in every report of an authority that knew the child or that holds the number."""
    numbers, changed = _numbers(ref), 0
    authorities = {scheme.removeprefix(RETURN) for scheme, _ in numbers if scheme.startswith(RETURN)}
    written = [json.dumps(number)[1:-1] for _, number in numbers if len(number) >= SHORTEST_NUMBER]
    holds = reduce(or_, (Q(report__contains=number) for number in written), Q(authority__in=authorities))
    for delivery in Delivery.objects.filter(holds).iterator():
        kept = json.dumps(counted(json.loads(delivery.report)))
        if kept != delivery.report:
            changed += Delivery.objects.filter(pk=delivery.pk).update(report=kept)
    return changed


def _rows_kept_aside(ref: str) -> int:
    """Rows of a council's return that were not taken in, where a number that the child was ever known by
    stands in them."""
    changed = 0
    for number in sorted({number for _, number in _numbers(ref)}):
        if len(number) < SHORTEST_NUMBER:
            continue
        rows = RowKeptAside.objects.filter(received__contains=json.dumps(number)[1:-1])
        changed += rows.update(received=GONE, problem=GONE)
    return changed


def _never_compared(ref: str) -> int:
    """The digests of what the vault held; its words are gone with it."""
    return NeverCompared.objects.filter(child_id=ref).delete()[0]


def _read_tables(ref: str) -> int:
    """Emptied here and folded again by whoever erases: what is folded from a record without details is nothing."""
    return sum(table.model._default_manager.filter(child_id=ref).delete()[0] for table in read_tables())


PLACES: tuple[Place, ...] = (
    # First, while the entries still know the child's numbers.
    Place("rows kept aside", ("returns_rowkeptaside",), _rows_kept_aside),
    Place("reports of returns", ("returns_delivery",), _reports_of_returns),
    Place("entries", ("chronology_entry",), _entries),
    Place("values of the vault", ("access_vault",), _vault),
    Place("photographs", ("access_photograph",), _photographs),
    Place("reports begun", ("missing_report_draft",), _drafts),
    Place("sessions", ("django_session",), _sessions),
    Place("messages", ("sharing_message", "sharing_message_event", "sharing_errand"), _messages),
    Place("handovers", ("sharing_handover", "sharing_answer", "sharing_work_answered"), _handovers),
    Place("what is never compared", ("missing_never_compared",), _never_compared),
    Place(
        "rows of lists",
        (
            *("child", "child_number", "child_name_word", "open_duty", "missing_episode", "missing_mark"),
            *("missing_link", "access_tie"),
        ),
        _read_tables,
    ),
)

# What stays, and why. Tables that name a child and are not erased.
KEPT = {
    "access_readingof": "who looked, without what they saw",
    "access_hold": "why it was kept, and who decided",
    "access_erasure": "who decided that it be erased, and by which rule",
    "access_emergency": "why somebody opened it: a decision about access, covered by anchors",
    "access_shield": "a decision about access, covered by anchors",
    "access_conflict": "a decision about access, covered by anchors",
    "access_vault_reveal": "why somebody was shown an address: a decision about access, covered by anchors",
    "access_demand": "who asked for immigration purposes, covered by anchors and counted",
    "sharing_rung": "whom an agency wanted told: no word of the child",
    "sharing_work_offered": "who was asked to take work over: no word of the child",
    "sharing_watched": "which rule was said when: no word of the child",
}


def files_outside(ref: str, outbox: Path) -> Iterator[Path]:
    """Messages that lie as files because no key of GOV.UK Notify is set."""
    for reference in Message.objects.filter(child_id=ref).values_list("reference", flat=True):
        yield from outbox.glob(f"*/{reference}.*") if outbox.is_dir() else ()
        yield from outbox.glob(f"{reference}.*") if outbox.is_dir() else ()
