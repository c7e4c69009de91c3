"""The second step of signing in, setting it up, and giving it anew."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.access.factors import codes
from holdfast.access.factors.actions import begin_set_up, check_code, confirm_set_up, has_factor
from holdfast.access.models import Person
from holdfast.web.second_factor import FACTOR_AT, FRESH_FOR, Code, ask_passkey, has_proved
from holdfast.web.sign_in_limits import WAIT, SignInAttempt
from holdfast.web.watch import JOINED

KEPT = "kept-"
_WAITING = "second_step"  # in a session of nobody yet: who gave a password, when, and where they want to go
_WAITS = timedelta(minutes=10)
NOT_THE_KEY = "The passkey did not answer in time, or is not yours. Try again, or enter a code"
WRONG = "The code is not right, or was used already. Wait for the next one and try again"


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed before a session ended, as it travels through the steps."""
    return [(name.removeprefix(KEPT), str(value)) for name, value in request.POST.items() if name.startswith(KEPT)]


def after_password(
    request: HttpRequest,
    person: Person,
    kept: list[tuple[str, str]],
    address: str,
    *,
    joined: str = "",
    proved: bool = False,
) -> HttpResponse:
    """The password was right, or the agency's directory said who it is: ask for the second factor, or let in where none
    is asked for. `joined` is the join to a directory through which they came; `proved`: its own second factor is
    trusted, which signs in somebody who has ours too, and is never fresh enough for what cannot be taken back."""
    now = datetime.now(UTC)
    # A new session of nobody: what a stranger may have planted in this browser before is gone.
    request.session.flush()
    if not settings.SECOND_FACTOR:
        return let_in(request, person, kept, address, joined=joined, factor_at=None)
    if proved and has_factor(person):
        return let_in(request, person, kept, address, joined=joined, factor_at=now - FRESH_FOR)
    request.session[_WAITING] = [person.pk, now.isoformat(), address, joined]
    return _step(request, person, None, kept, address)


def let_in(
    request: HttpRequest,
    person: Person,
    kept: list[tuple[str, str]],
    address: str,
    *,
    joined: str,
    factor_at: datetime | None,
) -> HttpResponse:
    """Signed in. What was typed before is shown, ready to be sent again."""
    request.session.pop(_WAITING, None)
    login(request, person)
    if joined:
        request.session[JOINED] = joined
    if factor_at is not None:
        request.session[FACTOR_AT] = factor_at.isoformat()
    if kept:
        shown = {"typed": kept, "address": address, "signed_in_again": True}
        return render(request, "errors/send_again.html", shown)
    return redirect(address)


def _waiting(request: HttpRequest, now: datetime) -> tuple[Person, str, str] | None:
    """Who gave a password in this browser in the last minutes, or came from a directory; where they want to go, and the
    join through which they came."""
    number, since, address, joined = (*(request.session.get(_WAITING) or (None, "", "")), "")[:4]
    if number is None or now - datetime.fromisoformat(since) >= _WAITS:
        return None
    person = Person.objects.filter(pk=number, is_active=True).first()
    return (person, address, joined) if person else None


def _step(request: HttpRequest, person: Person, form: Code | None, kept: Any, address: str) -> HttpResponse:
    shown: dict[str, Any] = {"form": form or Code(), "kept": kept, "address": address}
    shown["has_error"] = bool(form and form.errors)
    if has_factor(person):
        shown["passkey"] = ask_passkey(request, person)
        return render(request, "session/code.html", shown)
    secret = begin_set_up(person, datetime.now(UTC))
    shown["square"] = _square(codes.address(secret, person.username, settings.COUNCIL_NAME))
    shown["secret"] = codes.typed_secret(secret)
    return render(request, "session/set_up.html", shown)


def _not_the_key() -> Code:
    """The form with the one thing that is said of any answer that is not good."""
    form = Code({})
    form.errors["code"] = form.error_class([NOT_THE_KEY])
    return form


def _square(text: str) -> str:
    """A square code, as an address of data that an image can show."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    drawn = qrcode.make(text, image_factory=SvgPathImage, border=2).to_string()
    return "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@never_cache
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step. A wrong code counts like a wrong password; whoever waits too long begins again."""
    now = datetime.now(UTC)
    waiting = _waiting(request, now)
    if waiting is None:
        return redirect("sign-in")
    person, address, joined = waiting
    came: dict[str, Any] = {"joined": joined, "factor_at": now}
    kept = kept_fields(request)
    if request.method != "POST":
        return _step(request, person, None, kept, address)
    form = Code(request.POST)
    by_passkey = "passkey" in request.POST and has_factor(person)
    if not by_passkey and not form.is_valid():
        return _step(request, person, form, kept, address)
    tried = SignInAttempt.of(request, f"code of {person.username}")
    if tried.must_wait:
        form.add_error("code", WAIT)
        return _step(request, person, form, kept, address)
    if by_passkey:
        if has_proved(request, person, now):
            return let_in(request, person, kept, address, **came)
        tried.refused(None)
        return _step(request, person, _not_the_key(), kept, address)
    if has_factor(person):
        if check_code(person, form.cleaned_data["code"], now):
            return let_in(request, person, kept, address, **came)
    elif (paper := confirm_set_up(person, form.cleaned_data["code"], now)) is not None:
        person.refresh_from_db()
        answer = let_in(request, person, [], address, **came)
        shown = {"codes": paper, "kept": kept, "address": address}
        return render(request, "session/paper_codes.html", shown) if answer else answer
    tried.refused(None)
    form.add_error("code", WRONG)
    return _step(request, person, form, kept, address)


@sensitive_post_parameters("code")
@require_POST
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """A fresh code from somebody who is signed in. What they had typed is shown, ready to be sent again."""
    form = Code(request.POST)
    person, kept = request.user, kept_fields(request)
    address = request.POST.get("next", "")
    by_passkey = "passkey" in request.POST
    if isinstance(person, Person) and (by_passkey or form.is_valid()):
        now = datetime.now(UTC)
        tried = SignInAttempt.of(request, f"code of {person.username}")
        if tried.must_wait:
            form.add_error("code", WAIT)
        elif has_proved(request, person, now) if by_passkey else check_code(person, form.cleaned_data["code"], now):
            request.session.cycle_key()
            request.session[FACTOR_AT] = datetime.now(UTC).isoformat()
            shown = {"typed": kept, "address": _here(address), "confirmed": True}
            return render(request, "errors/send_again.html", shown)
        else:
            tried.refused(None)
            form = _not_the_key() if by_passkey else form
            if not by_passkey:
                form.add_error("code", WRONG)
    shown = {"form": form, "kept": kept, "address": _here(address), "has_error": True}
    shown["passkey"] = ask_passkey(request, person) if isinstance(person, Person) else ""
    return render(request, "session/confirm.html", shown, status=401)


def _here(address: str) -> str:
    """A path of this service, never another host."""
    from django.utils.http import url_has_allowed_host_and_scheme

    return address if address.startswith("/") and url_has_allowed_host_and_scheme(address, None) else "/"
