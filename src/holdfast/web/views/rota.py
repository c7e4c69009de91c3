"""An agency's rota: the week, one shift of it, shifts that repeat, and covers that wait. Names no child."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.access.actions import CannotDecide, NotForThem
from holdfast.access.models import Person
from holdfast.access.queries import Reader, names_of
from holdfast.sharing.queries import contacts_of
from holdfast.sharing.rota.actions import (
    Seen,
    add_duty,
    add_pattern,
    cannot_work,
    change_shift,
    end_duty,
    end_pattern,
    version,
)
from holdfast.sharing.rota.cover.actions import answer_cover, ask_cover, said_of
from holdfast.sharing.rota.queries import (
    AHEAD,
    Rota,
    askings,
    duties_kept,
    in_small_letters,
    keeps_rota,
    rotas,
    who_may_be_on,
)
from holdfast.sharing.rota.rows import RotaDuty
from holdfast.sharing.rota.shifts import DAY
from holdfast.web import rota_forms, rota_words
from holdfast.web.errors import may_not
from holdfast.web.watch import who_asks
from holdfast.worktime.uk_clock import day_begins, uk_day
from holdfast.worktime.words import say_day, say_time

LONGEST_SPAN = timedelta(days=8)
MOST_SWAPS = 60
_WHAT = {
    "cover": "Ask somebody to be on instead",
    "swap": "Swap it with a shift of somebody else",
    "change": "Put somebody on, as the rota’s manager, without asking",
}


def _agency(request: HttpRequest, who: Reader) -> str:
    """The agency whose rota is looked at: the one in the address, or the first of the reader's own; empty for somebody
    who holds no post. Raises Http404 where it is another's."""
    asked = request.GET.get("agency", "") or request.POST.get("agency", "")
    if asked and asked not in who.agencies:
        raise Http404
    own = sorted(who.agencies, key=lambda code: (not keeps_rota(who, code), code))
    return asked or next(iter(own), "")


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The week, who is on now, the gaps ahead, and what waits for this reader's answer."""
    now, who = datetime.now(UTC), who_asks(request)
    failed: tuple[str, forms.Form] | None = None
    agency = _agency(request, who)
    try:
        if request.method == "POST":
            failed = _answer(request, who, now)
            if failed is None:
                return redirect(f"{reverse('rota')}?agency={agency}")
    except NotForThem:
        return may_not(request)
    monday = rota_words.week_of(request.GET.get("week", "")[:10], now)
    found = rotas(duties_kept([agency]), min(now, day_begins(monday)) - DAY)
    asked = askings([agency], now)
    mine = [one for one in asked if one.waits_for_me(who)]
    number, wrong = failed or ("", None)
    return render(request, "rota/week.html", {
        "section": "rota",
        "agency": agency,
        "agencies": names_of([], who.agencies)[1],
        "is_manager": keeps_rota(who, agency),
        "on_now": [(r.duty.name, *_now(r, now)) for r in found],
        "duties": [r.duty.name for r in found],
        "days": rota_words.week(found, monday, now, who.person.pk),
        "monday": monday,
        "before": monday - 7 * DAY,
        "after": monday + 7 * DAY,
        "gaps": rota_words.gaps_ahead(found, now),
        "mine": [
            (a.asked, said_of(a.asked), wrong if wrong and number == str(a.asked.pk) else _why_not(a.asked.pk))
            for a in mine
        ],
        "others": [(a.asked, said_of(a.asked), a.waits_for) for a in asked if a not in mine],
        "deeds": rota_words.deeds(found),
        "wrong": wrong,
        "has_error": wrong is not None,
    })  # fmt: skip


def _now(rota: Rota, now: datetime) -> tuple[str, str]:
    one = rota.at(now)
    return (rota.name_of(one.person), say_time(one.ends)) if one and one.person else ("", "")


def _why_not(number: object) -> rota_forms.WhyNot:
    return rota_forms.WhyNot(auto_id=f"{number}_%s")


def _answer(request: HttpRequest, who: Reader, now: datetime) -> tuple[str, forms.Form] | None:
    """None when it is done; else the number of the cover and its form with what is wrong. Raises NotForThem."""
    decision, number = request.POST.get("decision", ""), request.POST.get("cover", "")[:40]
    if decision not in ("accept", "refuse"):
        raise NotForThem
    form = rota_forms.WhyNot(request.POST, auto_id=f"{number}_%s")
    if form.is_valid():
        try:
            answer_cover(who, number, accepts=decision == "accept", reason=form.cleaned_data["reason"], at=now)
            return None
        except CannotDecide as lacks:
            form.add_error("reason", lacks.message)
    return number, form


@require_http_methods(["GET", "POST"])
@never_cache
def shift(request: HttpRequest) -> HttpResponse:
    """One shift, or hours in which nobody is on: ask somebody to cover, swap, say that one cannot work, change it."""
    now, who = datetime.now(UTC), who_asks(request)
    rota, starts, ends = _span(request, who, now)
    kept = rotas(duties_kept([rota.duty.agency]), min(now, starts))
    found = rota.between(starts, ends)
    on = sorted({one.person for one in found if one.person})
    what = _choices(who, rota, starts, ends, on)
    swaps = _swaps(kept, who, now, on) if "swap" in dict(what) else []
    form = rota_forms.Shift(
        request.POST if request.method == "POST" else None, span=(starts, ends), what=what, swaps=swaps,
        people=who_may_be_on(rota.duty.agency, now),
    )  # fmt: skip
    seen = version(rota, starts, ends)
    if request.method == "POST":
        if not what:
            return may_not(request)
        seen = Seen(starts, ends, request.POST.get("seen", "")[:200])
        if form.is_valid():
            try:
                _do(form, rota, seen, who, now)
                return redirect(f"{reverse('rota')}?agency={rota.duty.agency}&week={uk_day(starts)}")
            except NotForThem:
                return may_not(request)
            except CannotDecide as lacks:
                form.add_error(lacks.field if lacks.field in form.fields else None, lacks.message)
                # What is shown is what stands now: sent once more, it is meant.
                rota = rotas([rota.duty], min(now, starts))[0]
                found, seen = rota.between(starts, ends), version(rota, starts, ends)
    last = rota.last_change(starts, ends)
    return render(request, "rota/shift.html", {
        "section": "rota",
        "duty": rota.duty,
        "on": [(rota_words.say_hours(o.starts, o.ends), rota.name_of(o.person), rota.name_of(o.missing))
               for o in found],
        "day": say_day(uk_day(starts)),
        "last": (last.by, last.at, last.reason) if last else None,
        "form": form,
        "what": what,
        "has_swaps": bool(swaps),
        "seen": seen.version,
        "is_over": ends <= now,
        "back": f"{reverse('rota')}?agency={rota.duty.agency}&week={uk_day(starts)}",
        "has_error": form.is_bound and bool(form.errors),
    })  # fmt: skip


def _span(request: HttpRequest, who: Reader, now: datetime) -> tuple[Rota, datetime, datetime]:
    """The duty and the hours in the address. Raises Http404 where they are none of this reader's."""
    typed = request.GET.get("duty", "")
    starts, ends = (rota_words.from_address(request.GET.get(name, "")) for name in ("from", "until"))
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 15 and starts and ends):
        raise Http404
    duty = duties_kept(who.agencies).filter(pk=int(typed)).first()
    is_sane = starts < ends <= starts + LONGEST_SPAN and abs(starts - now) < timedelta(days=400)
    if duty is None or not is_sane or ends <= duty.at:
        raise Http404
    return rotas([duty], min(now, starts))[0], max(starts, duty.at), ends


def _choices(who: Reader, rota: Rota, starts: datetime, ends: datetime, on: list[int]) -> list[tuple[str, str]]:
    """What this reader may do with these hours."""
    is_manager, last = keeps_rota(who, rota.duty.agency), rota.last_change(starts, ends)
    is_mine = on == [who.person.pk]
    gave_up = not on and last is not None and last.was_id == who.person.pk and last.person_id is None
    if not (is_manager or is_mine or gave_up):
        return []
    found = [("cover", _WHAT["cover"])]
    if on:
        cannot = "I cannot work" if is_mine else "They cannot work"
        found += [("away", f"{cannot}: nobody is on until somebody accepts"), ("swap", _WHAT["swap"])]
    return [*found, ("change", _WHAT["change"])] if is_manager else found


def _swaps(kept: Sequence[Rota], who: Reader, now: datetime, on: list[int]) -> list[tuple[str, str]]:
    """Shifts of other people in the next two weeks that have not begun."""
    found = [
        (one.starts, f"{r.duty.pk}|{rota_words.to_address(one.starts)}|{rota_words.to_address(one.ends)}",
         f"{r.name_of(one.person)}, {r.duty.name}, {say_day(uk_day(one.starts))}, "
         f"{rota_words.say_hours(one.starts, one.ends)}")
        for r in kept for one in r.between(now, now + AHEAD)
        if one.person and one.person not in on and one.starts > now and one.ends < now + AHEAD
    ]  # fmt: skip
    return [(value, words) for _, value, words in sorted(found)[:MOST_SWAPS]]


def _do(form: rota_forms.Shift, rota: Rota, seen: Seen, who: Reader, now: datetime) -> None:
    """Raises NotForThem, CannotDecide."""
    said = form.cleaned_data
    starts, ends, duty = said["begins"], said["ends"], rota.duty
    if said["what"] == "away":
        cannot_work(who, duty, starts, ends, reason=said["reason"], seen=seen, at=now)
    elif said["what"] == "change":
        person = Person.objects.get(pk=said["person"])
        change_shift(who, duty, starts, ends, person, reason=said["reason"], seen=seen, at=now)
    elif said["what"] == "cover":
        person = Person.objects.get(pk=said["person"])
        ask_cover(who, duty, starts, ends, person, reason=said["reason"], at=now)
    else:
        number, first, last = said["swap"].split("|")
        theirs = RotaDuty.objects.get(pk=number)
        begins, until = rota_words.from_address(first), rota_words.from_address(last)
        if begins is None or until is None:
            raise NotForThem
        one = rotas([theirs], now)[0].at(begins)
        if one is None or one.person is None:
            raise CannotDecide("swap", "Nobody is on in that shift any more")
        to = Person.objects.get(pk=one.person)
        ask_cover(who, duty, starts, ends, to, reason=said["reason"], back=(theirs, begins, until), at=now)


@require_http_methods(["GET", "POST"])
@never_cache
def pattern(request: HttpRequest) -> HttpResponse:
    """Shifts that repeat: enter them, end them, end the rota of a duty. For the agency's managers."""
    now, who = datetime.now(UTC), who_asks(request)
    agency = _agency(request, who)
    if not keeps_rota(who, agency):
        return may_not(request)
    kept = rotas(duties_kept([agency]), now)
    shown = _pattern_forms(kept, agency, now)
    decision = request.POST.get("decision", "")
    if request.method == "POST":
        if decision not in shown:
            return may_not(request)
        form = shown[decision] = _bound(decision, request, kept, agency, now)
        if form.is_valid():
            try:
                _keep(decision, form, kept, agency, who, now)
                return redirect(f"{reverse('rota')}?agency={agency}")
            except NotForThem:
                return may_not(request)
            except CannotDecide as lacks:
                form.add_error(_field(form, lacks.field), lacks.message)
    wrong = shown[decision] if decision in shown and shown[decision].errors else None
    named = {in_small_letters(r.duty.name) for r in kept}
    ladder = [to.name for to, _ in contacts_of(agency)]
    return render(request, "rota/pattern.html", {
        "section": "rota",
        "agency": agency,
        **shown,
        "patterns": [(r.duty.name, [rota_words.say_pattern(p, r) for p in r.patterns]) for r in kept],
        "ladder": [(name, in_small_letters(name) in named) for name in ladder],
        "apart": [r.duty.name for r in kept if in_small_letters(r.duty.name) not in map(in_small_letters, ladder)],
        "wrong": wrong,
        "has_error": wrong is not None,
    })  # fmt: skip


def _field(form: forms.Form, name: str) -> str | None:
    if name in form.fields:
        return name
    return f"{name}_day" if f"{name}_day" in form.fields else None


def _pattern_forms(kept: Sequence[Rota], agency: str, now: datetime) -> dict[str, forms.Form]:
    return {name: _form(name, None, kept, agency, now) for name in ("add", "end", "stop")}


def _bound(name: str, request: HttpRequest, kept: Sequence[Rota], agency: str, now: datetime) -> forms.Form:
    return _form(name, request.POST, kept, agency, now)


def _form(name: str, said: Any, kept: Sequence[Rota], agency: str, now: datetime) -> forms.Form:
    today, duties = uk_day(now), [r.duty for r in kept]
    day = {"day": today.day, "month": today.month, "year": today.year}
    if name == "add":
        first = {f"first_day_{part}": value for part, value in day.items()} | {"every": "1"}
        people = who_may_be_on(agency, now)
        return rota_forms.Repeating(said, duties=duties, people=people, initial=first, auto_id="add_%s")
    if name == "end":
        first = {f"on_{part}": value for part, value in day.items()}
        running = [
            (str(p.pk), f"{r.duty.name}: {rota_words.say_pattern(p, r)}")
            for r in kept for p in r.patterns if not hasattr(p, "ended") and (not p.last_day or p.last_day >= today)
        ]  # fmt: skip
        return rota_forms.Ending(said, patterns=running, initial=first, auto_id="end_%s")
    return rota_forms.EndDuty(said, duties=duties, auto_id="stop_%s")


def _keep(
    decision: str, form: forms.Form, kept: Sequence[Rota], agency: str, who: Reader, now: datetime
) -> None:  # fmt: skip
    """Raises NotForThem, CannotDecide."""
    from django.db import transaction

    said = form.cleaned_data
    if decision == "end":
        chosen = next(p for r in kept for p in r.patterns if str(p.pk) == said["pattern"])
        end_pattern(who, chosen, said["on"], now)
    elif decision == "stop":
        end_duty(who, next(r.duty for r in kept if str(r.duty.pk) == said["duty"]), now)
    else:
        # A new duty without the shifts that were meant for it would be one long gap: both or neither.
        with transaction.atomic():
            duty = next((r.duty for r in kept if str(r.duty.pk) == said["duty"]), None)
            duty = duty or add_duty(who, agency, said["name"], now)
            add_pattern(
                who, duty, Person.objects.get(pk=said["person"]), weekdays=[int(n) for n in said["weekdays"]],
                starts=said["starts"], ends=said["ends"], first_day=said["first_day"], last_day=said["last_day"],
                every=int(said["every"]), at=now,
            )  # fmt: skip
