"""Writing a request down, approving one, and writing down what was told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from holdfast.access.actions import CannotDecide, NotForThem, record_reading
from holdfast.access.demand.rows import Demand, DemandApproval, DemandTold
from holdfast.access.demand.words import Purpose, State, Wants
from holdfast.access.limits import SHORTEST_REASON
from holdfast.access.queries import Reader, children_visible, door, may_do
from holdfast.access.rules import Act, Role, ties_allowing
from holdfast.chronology.actions import append, hold
from holdfast.chronology.draft import Draft
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.rows import utc

# One of each. With both, an organisation cannot be persuaded through one office alone.
APPROVERS = frozenset({Role.DUTY_MANAGER, Role.DATA_GUARDIAN})
HOLDS_FOR = timedelta(days=7)  # in which what was approved may be told
MOST_ALLOWED = 5
MOST_ALLOWED_WITHIN = timedelta(days=30)


@transaction.atomic
def note_demand(
    who: Reader, ref: str, *, asked_by: str, asker: str, purpose: Purpose, wants: Wants, at: datetime
) -> Demand:
    """Write a request down, for one child: refused, and the chronology says so. Raises NotForThem, CannotDecide."""
    if not hold(ref) or not may_do(who, Act.NOTE_DEMAND, ref, at):
        raise NotForThem
    asked_by, asker = _plain(asked_by, "asked_by", "Enter who asks"), _plain(asker, "asker", "Enter the person’s name")
    demand = Demand.objects.create(
        child_id=ref,
        asked_by=asked_by,
        asker=asker,
        purpose=purpose.value,
        wants=wants.value,
        by=who.person,
        at=utc(at),
    )
    record_reading(who, Act.NOTE_DEMAND, [ref], page="demand", at=at)
    _tell(who, demand, at, "sharing.requested", by=asked_by)
    _tell(
        who,
        demand,
        at,
        "sharing.refused",
        to=asked_by,
        reason="Immigration purposes: refused unless the law compels it",
    )
    return demand


@transaction.atomic
def approve_demand(who: Reader, demand: Demand, *, law: str, reason: str, at: datetime) -> DemandApproval:
    """Be one of the two. Both must name the law, hold different roles, and not have written the request down.

    Raises NotForThem, CannotDecide.
    """
    held = _alone_with(demand)
    if held is None or not may_do(who, Act.WEIGH_DEMAND, held.child_id, at):
        raise NotForThem
    law = _plain(law, "law", "Enter the law that compels it: the Act and section, or the order of the court")
    reason = _plain(reason, "reason", "Enter why this must be told", shortest=SHORTEST_REASON)
    if held.by_id == who.person.pk:
        raise CannotDecide("law", "You wrote this request down: two others must approve it")
    if hasattr(held, "told"):
        raise CannotDecide("law", "This was told already")
    given = list(held.approvals.all())
    if any(a.by_id == who.person.pk for a in given):
        raise CannotDecide("law", "You approved this already: somebody else must too")
    left = _roles(who, held.child_id, at) - {Role(a.role) for a in given}
    if not left:
        raise CannotDecide("law", "Somebody of the other role must approve this: a duty manager and the data guardian")
    if given and _allowed_lately(at) >= MOST_ALLOWED:
        raise CannotDecide("law", f"{MOST_ALLOWED} requests were let through within 30 days. No more can be")
    record_reading(who, Act.WEIGH_DEMAND, [held.child_id], page="demand", at=at)
    return DemandApproval.objects.create(
        demand=held, by=who.person, role=sorted(left)[0].value, at=utc(at), law=law, reason=reason
    )


@transaction.atomic
def note_told(who: Reader, demand: Demand, *, what: str, at: datetime) -> DemandTold:
    """Write down what was told after both approved: the chronology says so. Raises NotForThem, CannotDecide."""
    held = _alone_with(demand)
    if held is None or not may_do(who, Act.NOTE_DEMAND, held.child_id, at):
        raise NotForThem
    if state_of(held, at) is not State.ALLOWED:
        raise CannotDecide("what", "This request is refused. Nothing may be told")
    what = _plain(what, "what", "Enter what was told, in kind: not the address itself", longest=400)
    told = DemandTold.objects.create(demand=held, by=who.person, at=utc(at), what=what)
    record_reading(who, Act.NOTE_DEMAND, [held.child_id], page="demand", at=at)
    laws = "; ".join(dict.fromkeys(a.law for a in held.approvals.order_by("at")))
    _tell(who, held, at, "sharing.disclosed", to=held.asked_by, what=(what,), basis=laws)
    return told


def state_of(demand: Demand, at: datetime) -> State:
    """What became of a request. Two approvals of the two roles; nothing else allows it."""
    if hasattr(demand, "told"):
        return State.TOLD
    given = [a for a in demand.approvals.all() if a.at <= at]
    if {Role(a.role) for a in given} != APPROVERS or len({a.by_id for a in given} - {demand.by_id}) < len(APPROVERS):
        return State.REFUSED
    return State.ALLOWED if at < max(a.at for a in given) + HOLDS_FOR else State.LAPSED


def demands_of(ref: str) -> list[Demand]:
    """The requests for one child, latest first."""
    return list(_whole().filter(child_id=ref).order_by("-at"))


def demands_for(who: Reader, at: datetime) -> list[Demand]:
    """The requests that this reader may weigh, latest first."""
    return list(_whole().filter(children_visible(who, Act.WEIGH_DEMAND, at)).order_by("-at")[:200])


def _alone_with(demand: Demand) -> Demand | None:
    # The chronology's row is the lock: rows of deeds cannot be locked by a role that may not change them.
    hold(demand.child_id)
    return Demand.objects.filter(pk=demand.pk).first()


def _whole() -> QuerySet[Demand]:
    return Demand.objects.select_related("by", "told").prefetch_related("approvals__by")


def _roles(who: Reader, ref: str, at: datetime) -> set[Role]:
    """The roles by which this reader may weigh a request for this child."""
    held = [h for h in door(who.person, ref, at).ties if h.holds_at(at)]
    return {
        p.role
        for p in who.posts
        if p.role in APPROVERS
        and any(h.agency == p.agency and h.tie in ties_allowing(p.role, Act.WEIGH_DEMAND) for h in held)
    }


def _allowed_lately(at: datetime) -> int:
    second = Demand.objects.annotate(given=Count("approvals"), last=Max("approvals__at"))
    return second.filter(given__gte=len(APPROVERS), last__gt=at - MOST_ALLOWED_WITHIN).count()


def _plain(text: str, field: str, missing: str, *, shortest: int = 1, longest: int = 120) -> str:
    text = " ".join(text.split())
    if not text:
        raise CannotDecide(field, missing)
    if len(text) < shortest:
        raise CannotDecide(field, f"{missing}, in at least {shortest} letters")
    return text[: 2000 if field == "reason" else longest]


def _tell(who: Reader, demand: Demand, at: datetime, kind: str, **details: object) -> None:
    moment = Moment(utc(at).replace(second=0, microsecond=0), Precision.MINUTE)
    held = door(who.person, demand.child_id, at).ties
    agency = next((h.agency for h in held if h.holds_at(at) and h.agency in who.agencies), "")
    draft = Draft(kind, moment, vocabulary().read(kind, details), source="demand", reference=f"{demand.pk}/{kind}")
    append(demand.child_id, [draft], by=who.person.username, agency=agency, at=at)
