"""Waiting for acceptance, a handover with its ladder, offering one, the secure link, and who was told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.actions import record_reading
from holdfast.access.models import Agency
from holdfast.access.queries import Reader
from holdfast.access.rules import Act
from holdfast.sharing.actions import Sender, answered, carried_by_hand, hold_notice, opened
from holdfast.sharing.handover.actions import AcceptedAlready, accept, offer, refuse
from holdfast.sharing.handover.queries import Ladder, ladders, messages_of, waiting_for
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.handover.shift_notes import is_kept_back, with_notes
from holdfast.sharing.models import Message
from holdfast.sharing.picture import Standing
from holdfast.sharing.queries import Access, Told, access_to, told_about, waiting_notices
from holdfast.sharing.rota.now import on_now
from holdfast.sharing.rules import BY_HAND, CannotTell, Channel, What
from holdfast.web import handover_forms, handover_words, rota_words
from holdfast.web.errors import may_not
from holdfast.web.views.children import shown_of
from holdfast.web.views.opened import open_child
from holdfast.web.watch import NotOpened, who_asks
from holdfast.worktime.words import say_time

BASIS = "UK GDPR article 6(1)(e) and Data Protection Act 2018 schedule 1 paragraph 18: safeguarding a child"


@require_GET
@never_cache
def handovers(request: HttpRequest) -> HttpResponse:
    """What waits for this reader's agencies, and what they gave that nobody has accepted."""
    now, who = datetime.now(UTC), who_asks(request)
    waiting, notices = waiting_for(who, now), waiting_notices(who, now)
    listed = [x.handover.child_id for x in (*waiting.asked, *waiting.given)] + [
        n.message.child_id for n in notices if n.message.child_id
    ]
    record_reading(who, Act.SEE_IN_LIST, listed, page="handovers", at=now)
    shown = {
        "section": "handovers",
        "asked": handover_words.rows(waiting.asked, now),
        "given": handover_words.rows(waiting.given, now),
        "notices": notices,
        "on_now": rota_words.on_now_lines(on_now(who.agencies, now), {}),
    }
    return render(request, "sharing/handovers.html", shown)


@require_http_methods(["GET", "POST"])
@never_cache
def handover(request: HttpRequest, number: str) -> HttpResponse:
    """One handover: its ladder, who was told, and the answer. What is not for this reader looks like nothing."""
    now, who = datetime.now(UTC), who_asks(request)
    ladder = _ladder(number, who, now)
    given = ladder.handover
    access = access_to(who, given.child_id, {r.agency for r in ladder.rungs}, given.from_agency, now)
    if not access.is_any:
        raise NotOpened
    decision = request.POST.get("decision", "") if request.method == "POST" else ""
    shown: dict[str, Any] = _answer_forms()
    if decision:
        if decision not in shown or not _may_answer(decision, access):
            return may_not(request)
        form = shown[decision] = type(shown[decision])(request.POST, auto_id=f"{decision}_%s")
        if form.is_valid() and _answer(given, decision, form, Sender.of(who), now):
            return redirect("handover", number)
        shown["wrong"] = form
    told = messages_of(given)
    record_reading(who, Act.SEE_IN_LIST, [given.child_id], page="handover", at=now)
    ahead = ladder.next_at(now)
    shown |= {
        "kept_back": kept_back(given, access),
        "ladder": ladder,
        "access": access,
        "steps": handover_words.steps(ladder, told, {}),
        "next": say_time(ahead) if ahead else "",
        "refusals": [a for a in ladder.answers if not a.is_accepted],
        "has_error": "wrong" in shown,
    }
    return render(request, "sharing/handover.html", shown)


def kept_back(given: Handover, access: Access) -> str:
    """What stands in place of the words, where they may be about another child who is kept from this reader."""
    return handover_words.say_kept_back(given.by_name) if is_kept_back(given, access) else ""


def _ladder(number: str, who: Reader, now: datetime) -> Ladder:
    try:
        found = ladders(with_notes(who, Handover.objects.filter(pk=UUID(number)), now))
    except ValueError:
        raise NotOpened from None
    if not found:
        raise NotOpened
    return found[0]


def _answer_forms() -> dict[str, Any]:
    kinds = {"accept": handover_forms.Nothing, "refuse": handover_forms.Refusal, "by_phone": handover_forms.Accepted}
    return {name: kind(auto_id=f"{name}_%s") for name, kind in kinds.items()}


def _may_answer(decision: str, access: Access) -> bool:
    return access.may_write_down if decision == "by_phone" else access.as_recipient


def _answer(given: Handover, decision: str, form: forms.Form, who: Sender, now: datetime) -> bool:
    """Whether the page is to be shown afresh: also when somebody else was quicker, which the page then says."""
    try:
        if decision == "refuse":
            refuse(given, who, now, reason=form.cleaned_data["reason"])
        else:
            accept(given, who, now, name=form.cleaned_data.get("name", ""))
    except AcceptedAlready:
        return True
    except CannotTell as lacks:
        form.add_error(lacks.field if lacks.field in form.fields else None, lacks.message)
        return False
    return True


@require_http_methods(["GET", "POST"])
@never_cache
def notice(request: HttpRequest, reference: str) -> HttpResponse:
    """The secure link: the notice, read by whom it is for, and their answer; or how it stands, for the sender."""
    now, who = datetime.now(UTC), who_asks(request)
    found = hold_notice(reference)
    if found is None:
        raise NotOpened
    message, known = found
    if message.child_id is None:
        return _personal(request, message, known, now)
    access = access_to(who, message.child_id, {message.to_agency}, message.from_agency, now)
    if not access.is_any:
        raise NotOpened
    form = handover_forms.Name(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        decided = _decide(message, request.POST.get("decision", ""), form, who, access, now)
        if decided is None:
            return may_not(request)
        if decided:
            return redirect("notice", reference)
    record_reading(who, Act.SEE_IN_LIST, [message.child_id], page="notice", at=now)
    if access.as_recipient and message.from_agency not in who.agencies:
        opened(message, known, Sender.of(who), now)
    shown = _notice(message, known, access, form)
    of = with_notes(who, Handover.objects.filter(pk=message.handover_id), now).first() if message.handover_id else None
    return render(request, "sharing/notice.html", shown | {"kept_back": kept_back(of, access) if of else ""})


def _personal(request: HttpRequest, message: Message, known: Standing, now: datetime) -> HttpResponse:
    """A notice to one person that is no child's. To everybody else it is not there."""
    who = who_asks(request)
    if message.to_person_id != who.person.pk or not who.posts:
        raise NotOpened
    if request.method == "POST":
        if request.POST.get("decision") != "received":
            return may_not(request)
        answered(message, What.RECEIVED, Sender.of(who), now)
        return redirect("notice", message.reference)
    opened(message, known, Sender.of(who), now)
    access = Access(as_recipient=True, as_sender=False, may_write_down=False)
    return render(request, "sharing/notice.html", _notice(message, known, access, handover_forms.Name(None)))


def _notice(message: Message, known: Standing, access: Access, form: forms.Form) -> dict[str, Any]:
    by_hand = Channel(message.channel) in BY_HAND and known.sent is None and access.may_write_down
    return {
        "message": message,
        "lines": handover_words.lines(Told(message, known)),
        "channel": handover_words.say_channel(message.channel),
        "access": access,
        "known": known,
        "by_hand": by_hand,
        "form": form,
        "has_error": form.is_bound and bool(form.errors),
    }


def _decide(
    message: Message, decision: str, form: forms.Form, who: Reader, access: Access, now: datetime
) -> bool | None:
    """None: not allowed. False: something is missing in the form."""
    sender = Sender.of(who)
    if decision == "by-hand" and access.may_write_down and Channel(message.channel) in BY_HAND:
        if not form.is_valid():
            return False
        carried_by_hand(message, sender, now, to_name=form.cleaned_data["name"])
        return True
    if decision not in ("received", "accepted") or not access.as_recipient:
        return None
    if decision == "received":
        answered(message, What.RECEIVED, sender, now)
    elif message.handover is not None:
        try:
            accept(message.handover, sender, now)
        except AcceptedAlready:
            answered(message, What.RECEIVED, sender, now)
    else:
        answered(message, What.ACCEPTED, sender, now)
    return True


@require_GET
@never_cache
def told(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that was put in the outbox about a child, and what became of it."""
    child = open_child(request, ref)
    shown = {"told": [(t, handover_words.lines(t)) for t in told_about(ref) if _is_theirs(t, child.who)]}
    return render(request, "sharing/told.html", {**shown_of(child, "told"), **shown})


def _is_theirs(one: Told, who: Reader) -> bool:
    """What an agency sent or was sent. What others tell each other is not for everybody who may open the child."""
    return bool(who.agencies & {one.message.from_agency, one.message.to_agency})


@require_http_methods(["GET", "POST"])
@never_cache
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask another agency to take something over."""
    child = open_child(request, ref)
    if not child.page.may_record:
        return may_not(request)
    agencies = list(Agency.objects.order_by("name").values_list("code", "name"))
    form = handover_forms.Offer(request.POST if request.method == "POST" else None, agencies=agencies)
    token = request.POST.get("token", "")[:36] or f"{child.now.timestamp():.6f}"
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = offer(
                ref, said["of"], to_agency=said["agency"], notice=said["notice"], why=said["why"], basis=BASIS,
                sender=Sender.of(child.who), key=f"page:{ref}:{child.who.person.pk}:{token}", at=child.now,
            )  # fmt: skip
        except CannotTell as lacks:
            form.add_error(lacks.field if lacks.field in form.fields else None, lacks.message)
        else:
            return redirect("handover", made.pk)
    shown = {"form": form, "token": token, "has_error": form.is_bound and bool(form.errors)}
    return render(request, "sharing/hand_over.html", {**shown_of(child, "hand-over"), **shown})
