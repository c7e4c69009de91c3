"""Every address of the pages."""

from django.urls import path

from holdfast.web.views import (
    children,
    correcting,
    emergency,
    figures,
    missing,
    open_pages,
    protecting,
    recording,
    reviews,
    session,
)

urlpatterns = [
    path("", missing.start, name="start"),
    path("missing", missing.missing, name="missing"),
    path("missing/list", missing.fragment, name="missing-list"),
    path("children/<slug:ref>", children.child, name="child"),
    path("children/<slug:ref>/duties", children.what_the_law_requires, name="duties"),
    path("children/<slug:ref>/duties/then", children.known_then, name="known-then"),
    path("children/<slug:ref>/chronology", children.chronology, name="chronology"),
    path("children/<slug:ref>/episodes", children.episodes, name="episodes"),
    path("children/<slug:ref>/readers", protecting.readers, name="readers"),
    path("children/<slug:ref>/protection", protecting.protection, name="protection"),
    path("children/<slug:ref>/entries/<str:number>/correct", correcting.correct, name="correct"),
    path("children/<slug:ref>/entries/<str:number>/corrected", correcting.corrected, name="corrected"),
    path("children/<slug:ref>/<slug:act>", recording.begin, name="begin"),
    path("children/<slug:ref>/<slug:act>/check", recording.check, name="check"),
    path("children/<slug:ref>/<slug:act>/done/<str:token>", recording.done, name="done"),
    path("children/<slug:ref>/<slug:act>/<slug:slug>", recording.question, name="question"),
    path("emergency", emergency.emergency, name="emergency"),
    path("conflict", emergency.conflict, name="conflict"),
    path("reviews", reviews.reviews, name="reviews"),
    path("reviews/<str:number>", reviews.review, name="review"),
    path("figures", figures.page, name="figures"),
    path("figures/<slug:name>.svg", figures.chart, name="chart"),
    path("figures/<slug:name>.csv", figures.table, name="figure-table"),
    path("figures/report.pdf", figures.report, name="figures-report"),
    path("law", open_pages.law, name="law"),
    path("accessibility", open_pages.accessibility, name="accessibility"),
    path("sign-in", session.sign_in, name="sign-in"),
    path("sign-out", session.sign_out, name="sign-out"),
    path("signed-out", session.signed_out, name="signed-out"),
    path("health", open_pages.health, name="health"),
]
