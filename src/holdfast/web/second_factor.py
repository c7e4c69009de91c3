"""When a second factor is asked for: at sign-in, and anew before what cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from holdfast.web.errors import typed

FACTOR_AT = "factor_at"  # in a session: when a second factor was last given
FRESH_FOR = timedelta(minutes=5)


class Code(forms.Form):
    """A code of the generator, or one from paper."""

    use_required_attribute = False
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The 6 figures that your code generator shows now, or one of your codes on paper",
        error_messages={"required": "Enter the code"},
    )


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
                return render(request, "session/confirm.html", shown, status=401)
            return view(request, *arguments, **named)

        return asks

    return asks_first
