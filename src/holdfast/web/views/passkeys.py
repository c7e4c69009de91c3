"""A person's own passkeys: which there are, one more, one removed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.access.factors.passkeys.actions import add_passkey, end_passkey, passkeys_of
from holdfast.access.factors.passkeys.asking import NotTheKey
from holdfast.web.plain_forms import PlainForm
from holdfast.web.second_factor import MAKE, ask_new_passkey, asked, fresh_factor, house_of
from holdfast.web.watch import who_asks

NOT_MADE = "The passkey was not added. Try again; if the device holds one for Holdfast already, that one is good"


class NewPasskey(PlainForm):
    """What the person calls it."""

    name = forms.CharField(
        label="What do you call it?",
        max_length=60,
        help_text="For example: work telephone",
        error_messages={"required": "Enter a name, such as work telephone"},
    )


@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor()
def page(request: HttpRequest) -> HttpResponse:
    """The list and the form. Whatever changes here ends the person's other sessions, and not this one."""
    person, now = who_asks(request).person, datetime.now(UTC)
    form = NewPasskey(request.POST if "passkey" in request.POST else None)
    if "end" in request.POST:
        with suppress(ValueError):  # no passkey has such a number
            end_passkey(person, str(UUID(request.POST["end"])), now)
        return _changed(request)
    if "passkey" in request.POST and form.is_valid():
        state = asked(request, MAKE, now)
        try:
            if state is None:
                raise NotTheKey("nothing was asked")
            add_passkey(person, house_of(request), state, request.POST["passkey"], form.cleaned_data["name"], now)
            return _changed(request)
        except NotTheKey:
            form.add_error("name", NOT_MADE)
    shown = {
        "form": form,
        "has_error": bool(form.errors),
        "passkeys": passkeys_of(person),
        "host": house_of(request).host,
        "question": ask_new_passkey(request, person),
    }
    return render(request, "session/passkeys.html", shown)


def _changed(request: HttpRequest) -> HttpResponse:
    person = who_asks(request).person
    person.refresh_from_db()
    update_session_auth_hash(request, person)
    return redirect("passkeys")
