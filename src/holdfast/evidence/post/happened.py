"""What the post shows of each request, as events: nobody types that a letter was sent or came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.evidence.asking.events import Event, What
from holdfast.evidence.post.journal import Did, Line
from holdfast.evidence.post.outbox import WENT, Kind, Letter, Stands, letters
from holdfast.worktime.uk_clock import uk_day

_MEANS = {
    Kind.REQUEST: What.SENT,
    Kind.CLARIFICATION: What.CLARIFIED,
    Kind.REMINDER: What.REMINDED,
    Kind.REVIEW: What.REVIEW_ASKED,
    Kind.COMPLAINT: What.COMPLAINED,
}


def with_post(written: Sequence[Event], lines: Sequence[Line]) -> tuple[Event, ...]:
    """The events that people wrote down and those of the post, by day.

    On one day what began a request comes before what people wrote, and what answers the body (a clarification, a
    reminder, a request for review, a complaint) or came back comes after.
    """
    ours = [(1 if event.what is not What.SENT else -1, event) for event in _of_post(lines)]
    every = [(event.day, 0, at, event) for at, event in enumerate(written)]
    every += [(event.day, side, at, event) for at, (side, event) in enumerate(ours)]
    return tuple(one[3] for one in sorted(every, key=lambda one: one[:3]))


def _of_post(lines: Sequence[Line]) -> Iterable[Event]:
    found = letters(lines)
    last = {one.reference: one.id for one in found.values() if one.kind is Kind.REQUEST and one.stands in WENT}
    for one in found.values():
        what = _MEANS.get(one.kind)
        if what is None or one.stands not in WENT or one.sent_at is None:
            continue
        came_back = one.stands is Stands.BOUNCED
        if came_back and not (one.kind is Kind.REQUEST and last.get(one.reference) == one.id):
            continue  # what came back did not happen; only the last request says that another address is needed
        yield Event(one.reference, uk_day(one.sent_at), what, f"letter {one.id}", _by(one))
        if came_back:
            yield Event(one.reference, uk_day(one.at), What.BOUNCED, one.why, "the mail servers")
    for line in lines:
        if line.did is Did.ACKNOWLEDGED and line.reference:
            yield Event(line.reference, uk_day(line.at), What.ACKNOWLEDGED, line.note, "the mail servers")


def _by(one: Letter) -> str:
    return f"approved by {one.approved_by}"
