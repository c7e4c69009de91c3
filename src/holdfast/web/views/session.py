"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.access.directory.queries import must_use_directory
from holdfast.access.models import Person
from holdfast.web.forms import SignIn
from holdfast.web.sign_in_limits import ONLY_THERE, SignInAttempt
from holdfast.web.sign_in_page import safe_address, sign_in_page
from holdfast.web.views.sign_in_steps import after_password, kept_fields


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignIn(request.POST if request.method == "POST" else None)
    kept = kept_fields(request)
    address = safe_address(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        tried = SignInAttempt.of(request, form.cleaned_data["username"])
        person = None if tried.must_wait else authenticate(request, **form.cleaned_data)
        refused = tried.refused(person)
        if isinstance(person, Person) and not refused and must_use_directory(person, timezone.now()):
            refused = ONLY_THERE
        if person is not None and not refused:
            return after_password(request, person, kept, address)
        form.add_error("username", refused)
    return sign_in_page(request, form, kept=kept, address=address)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("signed-out")


@login_not_required
@never_cache
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "session/signed_out.html")
