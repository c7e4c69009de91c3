"""What went wrong, in plain English and without personal data: no address, name or reference is repeated."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from holdfast.web.partner_api import is_for_systems

# What the browser sends for itself, and secrets: never carried into another page.
_NOT_TYPED = {"csrfmiddlewaretoken", "password", "username", "next", "kept_value"}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return may_not(request)


def may_not(request: HttpRequest) -> HttpResponse:
    """Signed in, and not allowed: says who can help, never whether a record exists."""
    return _problem(request, "errors/403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "errors/404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Whatever failed may be the database or the session: this page asks for neither."""
    if is_for_systems(request.path_info):
        return problem_for_systems(_FOR_SYSTEMS[500], 500)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or in two tabs. What was typed comes back, to be sent once more."""
    return _problem(request, "errors/send_again.html", 403, typed=typed(request), address=request.path)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form carried, without secrets, to be kept in a page."""
    pairs: Iterable[tuple[str, list[str]]] = request.POST.lists()
    return [(name, value) for name, values in pairs if name not in _NOT_TYPED for value in values]


def _problem(request: HttpRequest, template: str, status: int, **shown: object) -> HttpResponse:
    if is_for_systems(request.path_info):
        return problem_for_systems(_FOR_SYSTEMS[status], status)
    return render(request, template, shown, status=status)


_FOR_SYSTEMS = {
    400: "The question could not be read",
    403: "This is not allowed",
    404: "There is no such notice, or it is not for your agency",
    500: "Something failed here. Ask again later",
}


def problem_for_systems(words: str, status: int, **more: object) -> JsonResponse:
    """The same for a partner's system: what went wrong, and nothing of anybody."""
    return JsonResponse({"problem": words} | more, status=status)
