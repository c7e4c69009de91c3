"""Letters for whatever the clocks ask for next, laid down for a person to read. None goes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from holdfast.authorities.register import plain_name
from holdfast.evidence.asking.clocks import Standing, Step
from holdfast.evidence.asking.letters import Draft, next_letter, request_letter
from holdfast.evidence.post.journal import Did, Line, unread
from holdfast.evidence.post.outbox import OPEN, Kind, Letter, Outbox, unreached
from holdfast.evidence.post.paper import BadLetter, Paper
from holdfast.evidence.post.settings import Post
from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.template import as_csv, as_xlsx, template_rows
from holdfast.worktime.uk_clock import uk_day

_KINDS = {
    Step.SEND: Kind.REQUEST,
    Step.SEND_AGAIN: Kind.REQUEST,
    Step.CLARIFY: Kind.CLARIFICATION,
    Step.REMIND: Kind.REMINDER,
    Step.CHASE: Kind.REVIEW,
    Step.REVIEW: Kind.REVIEW,
    Step.COMPLAIN: Kind.COMPLAINT,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A request for which no letter was prepared, though a step is due, and why."""

    reference: str
    authority: str
    why: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was laid down, and what was held back."""

    letters: tuple[Letter, ...]
    held: tuple[Held, ...]


def prepare(
    outbox: Outbox,
    standings: Sequence[Standing],
    asked: Questionnaire,
    post: Post,
    at: datetime,
    earlier: Iterable[Standing] = (),
    despite: str = "",
) -> Prepared:
    """Raises BadJournal, BadLetter, OSError. `earlier` are requests of other rounds: a body asked within 60 working
    days is not asked again, unless `despite` says why (regulation 5 of the fees regulations of 2004 would let it add up
    the cost of both)."""
    lines = outbox.journal.lines()
    _check_version(lines, asked)
    known = outbox.letters().values()
    waiting = unread(lines)
    quiet = {plain_name(one.asked.authority): one for one in earlier if one.quiet_until}
    made: list[Letter] = []
    held: list[Held] = []
    for one in standings:
        if one.step not in _KINDS:
            continue
        of_it = [letter for letter in known if letter.reference == one.asked.reference]
        before = quiet.get(plain_name(one.asked.authority)) if one.step is Step.SEND else None
        why = _held(one, of_it, bool(waiting.get(one.asked.reference))) or (
            _too_soon(before, uk_day(at)) if before and not despite else ""
        )
        if why:
            held.append(Held(one.asked.reference, one.asked.authority, why))
            continue
        paper, note = _paper(one, asked, post, standings)
        note = f"{note} asked again: {despite}" if before and despite else note
        made.append(outbox.prepare(one.asked.reference, _KINDS[one.step], paper, post, at, note))
    return Prepared(tuple(made), tuple(held))


def _check_version(lines: Iterable[Line], asked: Questionnaire) -> None:
    """One id, one set of questions. Raises BadLetter."""
    for line in lines:
        said = line.note.split()[:2]
        if line.did is Did.PREPARED and line.kind == Kind.REQUEST and said[:1] == [asked.id.replace(" ", "-")]:
            if said != version_of(asked).split():
                raise BadLetter(
                    f"the questionnaire {asked.id} was changed after letters with it were prepared: give it a new id"
                )
            return


def _too_soon(before: Standing, on: date) -> str:
    if before.quiet_until is None or on >= before.quiet_until:
        return ""
    return f"was asked something similar ({before.asked.reference}): not before {before.quiet_until}, or --despite"


def version_of(asked: Questionnaire) -> str:
    """The questionnaire's id with a hash of everything that it asks."""
    return f"{asked.id.replace(' ', '-')} {sha256(repr((asked.periods, asked.questions)).encode()).hexdigest()[:12]}"


def _held(one: Standing, of_it: Sequence[Letter], has_unread: bool) -> str:
    if has_unread:
        return "a reply waits to be read"
    if waits := next((letter for letter in of_it if letter.stands in OPEN), None):
        return f"{waits.id} is {waits.stands.value}"
    last = unreached(of_it)
    if last and one.step is not Step.COMPLAIN and one.asked.address.casefold() == last.to.casefold():
        return f"nothing reaches {last.to}: put another address into requests.csv, or withdraw {last.id} to try again"
    return ""


def _paper(one: Standing, asked: Questionnaire, post: Post, every: Iterable[Standing]) -> tuple[Paper, str]:
    """The letter, and for a request which questions went with it."""
    if one.step in (Step.SEND, Step.SEND_AGAIN):
        first = next((other for other in every if one.asked.reference in other.asked.instead), None)
        passed = (
            f"We asked {first.asked.authority} first, which told us that it does not hold this and that you do."
            if first
            else ""
        )
        words = request_letter(one, asked, post.name, passed)
        return Paper(words.to, words.subject, words.words, _templates(one, asked)), version_of(asked)
    drafted = next_letter(one)
    if drafted is None:
        raise BadLetter(f"there is no letter for {one.asked.reference}: {one.step}")
    return _signed(drafted, post), ""


def _signed(drafted: Draft, post: Post) -> Paper:
    return Paper(drafted.to, drafted.subject, f"{drafted.words}\n\n{post.name}")


def _templates(one: Standing, asked: Questionnaire) -> Mapping[str, bytes]:
    rows = template_rows(asked, one.asked.authority, one.asked.nation)
    rows = [rows[0], *(row for row in rows[1:] if one.asked.asks(row[4]))]
    return {"template.csv": as_csv(rows), "template.xlsx": as_xlsx(rows)}
