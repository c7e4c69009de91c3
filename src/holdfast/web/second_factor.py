"""When a second factor is asked for: at sign-in, and anew before what cannot be taken back. A code, or a passkey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from holdfast.access.factors.passkeys.actions import ask, ask_for_new, check_passkey
from holdfast.access.factors.passkeys.asking import House, Question
from holdfast.access.models import Person
from holdfast.web.errors import typed

FACTOR_AT = "factor_at"  # in a session: when a second factor was last given
FRESH_FOR = timedelta(minutes=5)
ASKED_FOR = timedelta(minutes=10)
PROVE, MAKE = "passkey_to_prove", "passkey_to_make"  # in a session: what a passkey was asked


class Code(forms.Form):
    """A code of the generator, or one from paper."""

    use_required_attribute = False
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The 6 figures that your code generator shows now, or one of your codes on paper",
        error_messages={"required": "Enter the code"},
    )


def house_of(request: HttpRequest) -> House:
    """Where a passkey of this request would belong."""
    host = request.get_host()
    name = host if host.startswith("[") else host.rsplit(":", 1)[0]
    return House(name, f"{'https' if request.is_secure() else 'http'}://{host}", settings.COUNCIL_NAME)


def ask_passkey(request: HttpRequest, person: Person) -> str:
    """What a page gives the browser to ask a passkey; empty where this person has none here."""
    house = house_of(request)
    question = ask(person, house) if house.can_have_passkeys else None
    return _kept(request, PROVE, question) if question else ""


def ask_new_passkey(request: HttpRequest, person: Person) -> str:
    """The same for making one; empty where browsers make none."""
    house = house_of(request)
    return _kept(request, MAKE, ask_for_new(person, house)) if house.can_have_passkeys else ""


def _kept(request: HttpRequest, what: str, question: Question) -> str:
    request.session[what] = [question.state, datetime.now(UTC).isoformat()]
    return question.options


def asked(request: HttpRequest, what: str, now: datetime) -> dict[str, Any] | None:
    """What was asked in this browser within the last minutes. Once: a second answer to it is an answer to nothing."""
    state, since = request.session.pop(what, None) or (None, "")
    if state is None or not timedelta() <= now - datetime.fromisoformat(since) < ASKED_FOR:
        return None
    return dict(state)


def has_proved(request: HttpRequest, person: Person, now: datetime) -> bool:
    """Whether the answer that was sent is a good one, of a passkey of this person's."""
    state = asked(request, PROVE, now)
    return state is not None and check_passkey(person, house_of(request), state, request.POST.get("passkey", ""), now)


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether a second factor was given within the last five minutes, or none is asked for here."""
    if not settings.SECOND_FACTOR:
        return True
    given = request.session.get(FACTOR_AT)
    return given is not None and timedelta() <= now - datetime.fromisoformat(given) < FRESH_FOR


View = Callable[..., HttpResponse]


def fresh_factor(*, unless: Callable[[HttpRequest], bool] = lambda request: False) -> Callable[[View], View]:
    """A form that does what cannot be taken back asks for a fresh second factor first. What was typed is kept in the
    page, and nothing is done until it is sent again. `unless` names the forms of the page that need none."""

    def asks_first(view: View) -> View:
        @wraps(view)
        def asks(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            if request.method == "POST" and not unless(request) and not is_fresh(request, datetime.now(UTC)):
                shown = {"form": Code(), "kept": typed(request), "address": request.path}
                shown["passkey"] = ask_passkey(request, request.user) if isinstance(request.user, Person) else ""
                return render(request, "session/confirm.html", shown, status=401)
            return view(request, *arguments, **named)

        return asks

    return asks_first
