"""The national picture: public, names no child."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from holdfast.figures.national import national_picture


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "figures/page.html", {"section": "figures", "picture": national_picture()})
