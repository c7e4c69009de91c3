"""A child is reported missing: the police of the place are asked to take over the search; the responsible authority and
the one in whose area the child lives are told.

By one act with the report: if the messages cannot be written, nothing is recorded. A notice that lies ready in Holdfast
is not a report to the police; whoever reports still rings them (College of Policing on missing persons; statutory
guidance on children who run away or go missing from home or care, 2014).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from holdfast.access.models import Agency
from holdfast.access.queries import Reader
from holdfast.chronology.kinds import Audience
from holdfast.missing.kinds import Category, Told
from holdfast.missing.notice import Notice as PoliceNotice
from holdfast.missing.telling import HOST, RESPONSIBLE
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.handover.actions import offer
from holdfast.sharing.rota.queries import reached_first
from holdfast.sharing.rota.telling import tell_a_person
from holdfast.sharing.rules import Channel

# Written in one place, so that a lawyer can read it: the task of safeguarding, and its condition for special data.
BASIS = (
    "UK GDPR Article 6(1)(e) and Article 9(2)(g), with the Data Protection Act 2018 Schedule 1 paragraph 18 "
    "(safeguarding of children and of individuals at risk)"
)
SEARCH = "the search"
HOW = {
    Channel.LINK: "Holdfast",
    Channel.EMAIL: "e-mail",
    Channel.SMS: "text message",
    Channel.READ_OUT: "telephone",
    Channel.PRINT: "on paper",
}


@transaction.atomic
def tell_of_report(
    ref: str,
    notice: PoliceNotice,
    *,
    category: Category,
    authority: str,
    host: str,
    force: str,
    by: Reader,
    at: datetime,
    token: str,
    entry: str,
) -> None:
    """Call it in the transaction of the report (`entry`: the noticing; `token`: the report's own). A second call with
    the same token does nothing. `host`: the authority in whose area the child lives, where that is another; it is told
    less, and nothing of a child whose whereabouts are known. Raises CannotTell."""
    sender = Sender.of(by)
    known = {a.code: a for a in Agency.objects.filter(Q(code__in=[authority, host]) | Q(kind=Audience.POLICE.value))}
    police = _the_force(known, force)
    if police and category is Category.MISSING:
        offer(
            ref,
            SEARCH,
            to_agency=police,
            notice=notice.text,
            why="A child is missing; the police of the place search",
            basis=BASIS,
            sender=sender,
            key=f"report/{token}/search",
            at=at,
        )
    if authority in known and authority not in by.agencies:
        words = Notice(
            template="missing-report",
            subject="A child in your care is reported missing",
            text=notice.text,
            why="The responsible authority must be told at once",
            basis=BASIS,
            what=("the report",),
        )
        _tell(ref, authority, words, RESPONSIBLE, sender, key=f"report/{token}/authority", at=at, entry=entry)
    if host in known and host not in (authority, *by.agencies) and category is Category.MISSING:
        words = Notice(
            template="missing-report-host",
            subject="A child who lives in your area is reported missing",
            text=notice.for_the_area,
            why="The authority of the area in which the child lives is told, so that its own teams know",
            basis=BASIS,
            what=("who is missing", "since when", "from where", "who decides for the child"),
        )
        _tell(ref, host, words, HOST, sender, key=f"report/{token}/host", at=at, entry=entry)


def _tell(
    ref: str, agency: str, words: Notice, who: str, sender: Sender, *, key: str, at: datetime, entry: str
) -> None:
    to, person = reached_first(agency, ref, at)
    told = (Told(who=who, how=HOW[to.channel]),)
    tell(ref, to, words, sender=sender, key=key, at=at, entry=entry, told=told)
    if person is not None:
        lies = "You are on duty, and a notice waits for you. Look under Waiting for acceptance."
        tell_a_person(person, words.subject, lies, None, key, at, agency=sender.agency)


def _the_force(known: Mapping[str, Agency], named: str) -> str:
    """The force that was named, or the only one that is known here. Where there are several, a person says which."""
    forces = [code for code, agency in known.items() if agency.kind == Audience.POLICE.value]
    if named in forces:
        return named
    return forces[0] if len(forces) == 1 else ""
