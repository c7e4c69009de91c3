"""NUL, the one character that no keyboard types and PostgreSQL cannot hold.

SQLite keeps it without a word, PostgreSQL fails at the first question that carries it. An address with one in it leads
nowhere, and what comes with an address loses it. What was typed is left alone: a form says beside its place what is
wrong.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

_NUL = "\x00"


def without_nul(sent: QueryDict) -> QueryDict:
    """The same names and values in the same order, each without NUL."""
    kept = QueryDict(mutable=True)
    for name, values in sent.lists():
        kept.setlist(name.replace(_NUL, ""), [value.replace(_NUL, "") for value in values])
    kept._mutable = False
    return kept


class NoNul:
    """Stands before the session, whose key is the first thing that is looked up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _NUL in request.path_info:
            raise Http404
        if "%00" in request.META["QUERY_STRING"]:
            request.GET = without_nul(request.GET)  # type: ignore[assignment]  # it is made immutable
        request.COOKIES = {name: value.replace(_NUL, "") for name, value in request.COOKIES.items()}
        return self.get_response(request)
