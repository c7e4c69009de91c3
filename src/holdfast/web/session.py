"""When a session has ended: the sign-in page, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse

from holdfast.web.errors import typed
from holdfast.web.sign_in_page import sign_in_page


class KeepWhatWasTyped(LoginRequiredMiddleware):
    """Like Django's own, but a form posted after the session has ended is kept in the sign-in page.

    After signing in it is shown as ready to be sent again: nothing is recorded without another press of a button.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        # A status that no cache keeps and that a script can tell from the page it asked for.
        return sign_in_page(request, kept=typed(request), address=request.path, has_ended=True, status=401)
