"""Every answer that is a file passes the scanner on its way out. One that does not pass is not sent."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from holdfast.access.outgoing.scan import problems
from holdfast.web.errors import server_error

_ENDINGS = {
    "text/csv": "csv",
    "application/pdf": "pdf",
    "image/svg+xml": "svg",
    "application/json": "json",
    "image/jpeg": "jpg",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_PAGES = ("text/html", "text/plain")
_NAMED = re.compile(r'filename="?([^";]+)')


class ScanOutgoing:
    """Stands round every view. Static files are served before it and hold nothing of a child."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        name = file_name(answer)
        if name and (answer.streaming or problems(name, answer.content)):
            return server_error(request)
        return answer


def file_name(answer: HttpResponse) -> str:
    """The name of the file that an answer is; empty for a page. What neither says it is a page nor what it is has a
    name of no known kind, and is stopped."""
    kind = answer.get("Content-Type", "").split(";")[0].strip().lower()
    named = _NAMED.search(answer.get("Content-Disposition", ""))
    if named:
        return named[1].strip()
    if kind in _PAGES or not kind or not (answer.streaming or answer.content):
        return ""
    return f"file.{_ENDINGS.get(kind, kind.rsplit('/', 1)[-1])}"
