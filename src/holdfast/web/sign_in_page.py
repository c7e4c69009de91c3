"""The sign-in page, wherever it is shown: with a password, or through an agency's own directory."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from holdfast.access.directory.queries import directories
from holdfast.web.forms import SignIn

Kept = list[tuple[str, str]]
LONGEST_ADDRESS = 2_000
MOST_BUTTONS = 6  # with more agencies than that, the agency's code is typed


def sign_in_page(
    request: HttpRequest, form: SignIn | None = None, *, kept: Kept, address: str, status: int = 200, **said: Any
) -> HttpResponse:
    """The page with what was typed before. `said` is what else stands on it, such as `problem`, a sentence."""
    form = SignIn() if form is None else form
    shown = {"form": form, "kept": kept, "address": address, "directories": directories(), "most": MOST_BUTTONS}
    shown["has_error"] = bool(form.errors) or "problem" in said
    shown["is_demo"] = not settings.SECOND_FACTOR
    return render(request, "session/sign_in.html", {**shown, **said}, status=status)


def safe_address(request: HttpRequest, address: str) -> str:
    """An address of this service, else the first page. None of ours is long, and it can be kept in a session."""
    if len(address) > LONGEST_ADDRESS:
        return "/"
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here else "/"
