"""The national picture: public, names no child. Chart and table are the same numbers, side by side."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from holdfast.figures.charts import Chart, picture_charts
from holdfast.figures.national import national_picture, report_content
from holdfast.web.figure_tables import as_csv, tables

_HOUR = 3600


@cache
def _charts() -> dict[str, Chart]:
    # Drawn once a process: drawing takes seconds and the shipped evidence does not change.
    return {chart.name: chart for chart in picture_charts(national_picture())}


@cache
def _report() -> bytes:
    from holdfast.documents.national_report import report_pdf

    charts = {name: (chart.svg, chart.alt) for name, chart in _charts().items()}
    return report_pdf(report_content(national_picture(), None), charts)


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    picture = national_picture()
    shown = {"section": "figures", "picture": picture, "charts": _charts().values(), "tables": tables(picture)}
    return render(request, "figures/page.html", shown)


@login_not_required
@require_GET
@cache_control(public=True, max_age=_HOUR)
def chart(request: HttpRequest, name: str) -> HttpResponse:
    drawn = _charts().get(name)
    if drawn is None:
        raise Http404
    return HttpResponse(drawn.svg, content_type="image/svg+xml; charset=utf-8")


@login_not_required
@require_GET
def table(request: HttpRequest, name: str) -> HttpResponse:
    """One of the page's tables as CSV."""
    found = next((t for t in tables(national_picture()) if t.name == name), None)
    if found is None:
        raise Http404
    answer = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="holdfast-{found.name}.csv"'
    return answer


@login_not_required
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(_report(), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="holdfast-national-picture.pdf"'
    return answer
