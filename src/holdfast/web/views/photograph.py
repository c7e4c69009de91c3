"""A child's photograph: shown small, each time with a reading; and the page on which one is added."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.vault.actions import VaultClosed, photograph
from holdfast.child.kinds import Photographed
from holdfast.child.photograph import MOST_BYTES, TOO_LARGE
from holdfast.child.profile import profile
from holdfast.chronology.kinds import Kind
from holdfast.missing.profiles import add_photograph
from holdfast.web.errors import may_not
from holdfast.web.photograph_forms import PhotographForm
from holdfast.web.views.children import shown_of
from holdfast.web.views.episode import one_press, page_token
from holdfast.web.views.opened import open_child

_CLOSED = "The photograph cannot be kept now: the keys of the vault are not there. Tell whoever runs Holdfast"


@require_GET
@never_cache
def picture(request: HttpRequest, ref: str) -> HttpResponse:
    """The newest photograph of which this reader may know. The reading is written before it is unsealed."""
    opened = open_child(request, ref)
    shown = profile(opened.page.story).pictured
    found = photograph(ref, str(shown.picture)) if shown else None
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="image/jpeg", headers={"Content-Disposition": "inline"})


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest, ref: str) -> HttpResponse:
    """Send one, and say when it was taken."""
    opened = open_child(request, ref)
    kind: Kind = Photographed.KIND  # type: ignore[attr-defined]
    if not opened.page.may_record or not kind.audience & opened.page.audiences:
        return may_not(request)
    posted = request.method == "POST"
    form = PhotographForm(request.POST if posted else None, request.FILES if posted else None, now=opened.now)
    if posted and form.errors.get("picture") and int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        form.errors["picture"] = form.error_class([TOO_LARGE])  # it was not read at all (see FILE_UPLOAD_HANDLERS)
    token = one_press(request, ref, "photograph")
    if posted and form.is_valid():
        said = form.cleaned_data
        try:
            add_photograph(
                child=ref, jpeg=said["picture"], taken=said["taken"], by=opened.who, at=opened.now, token=token
            )
            return redirect("profile", ref)
        except VaultClosed:
            form.add_error("picture", _CLOSED)
    shown = {
        "form": form,
        "has_error": bool(form.errors),
        "token": page_token(ref, "photograph", token),
        "first": opened.page.child.first or "the child",
    }
    return render(request, "children/photograph.html", {**shown_of(opened, "profile"), **shown})
