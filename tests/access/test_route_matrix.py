"""Every route, every role, every state of a child: what is answered is what the one rule says, and a page that carries
a child's data has written a reading. A route that is not classified here breaks this test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, path

from holdfast.access.actions import add_person, give_post, open_agency
from holdfast.access.deeds import (
    Conflict,
    EmergencyOpening,
    EmergencyReview,
    Shield,
    ShieldNamed,
)
from holdfast.access.demand.rows import Demand
from holdfast.access.keeping.rows import Erasure
from holdfast.access.models import Person, Reading, TieRow
from holdfast.access.queries import Listing, Reader, reader
from holdfast.access.rules import Act, Guard, Held, Outcome, Post, Role, Tie, may, may_break_glass
from holdfast.access.vault.actions import keep_photograph
from holdfast.child.photograph import made_small
from holdfast.chronology.actions import append
from holdfast.chronology.draft import Draft
from holdfast.chronology.kinds import Audience
from holdfast.chronology.models import EntryRow
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from tests.builders import a_child, a_draft
from tests.web.test_photographs import a_picture

OURS, HOURS = "AAA", timedelta(hours=1)
MOST_QUERIES = 12  # of a page, the reading log's own among them; what begins and ends a transaction is not counted
_QUERIES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_PICTURE = made_small(a_picture())
NOBODY_LOOKS = Person(username="nobody")


@dataclass(frozen=True)
class Route:
    """What a route is. `act`: what a child's route needs beside opening; `lists`: the act that a list needs."""

    anyone: bool = False
    act: Act | None = None
    lists: Act | None = None
    own: bool = False  # a page of the person's own, which lists no child but those they opened in an emergency
    post: dict[str, str] | None = None  # what a form sends; None: the route is only read
    only_post: bool = False
    writes: Act | None = None  # the act that its form needs beside the one that shows the page
    of_own: str = ""  # its addresses are not a child's: the test named here walks it, this one asks for nobody's
    system: bool = False  # opens with a partner system's key only: tests/web/test_partner_systems.py walks it
    hides: bool = False  # answers "not found" where the act is refused, even to somebody who may open the child


ROUTES = {
    "start": Route(own=True),
    "missing": Route(lists=Act.SEE_IN_LIST),
    "missing-list": Route(lists=Act.SEE_IN_LIST),
    "board": Route(lists=Act.SEE_IN_LIST),
    "board-list": Route(lists=Act.SEE_IN_LIST),
    "shared": Route(own=True),  # of these children none shares anything: tests/web/test_patterns_pages.py
    "child-shared": Route(act=Act.OPEN),
    "shared-link": Route(act=Act.OPEN, post={}, of_own="tests/web/test_patterns_pages.py"),
    "paper-pack": Route(own=True, post={}),  # shows nobody before it is said why: tests/web/test_paper_pack.py
    "shift": Route(lists=Act.SEE_IN_LIST, post={"note": "no such note"}),
    "shift-note": Route(lists=Act.RECORD, post={}),
    "rota": Route(own=True, post={}),  # names no child; tests/web/test_rota_pages.py walks who may change it
    "rota-shift": Route(own=True, post={}, of_own="tests/web/test_rota_pages.py"),
    "rota-pattern": Route(own=True, post={}),
    "child": Route(act=Act.OPEN),
    "duties": Route(act=Act.OPEN),
    "known-then": Route(act=Act.OPEN),
    "chronology": Route(act=Act.OPEN),
    "episodes": Route(act=Act.OPEN),
    "readers": Route(act=Act.SEE_READERS),
    "protection": Route(act=Act.PROTECT, post={"decision": "shield"}),
    "where": Route(act=Act.REVEAL, post={}, writes=Act.KEEP_PLACE),
    "reveal": Route(act=Act.REVEAL, post={}, only_post=True),
    "child-demands": Route(act=Act.NOTE_DEMAND, post={}),
    "demands": Route(lists=Act.WEIGH_DEMAND),
    "demand": Route(act=Act.WEIGH_DEMAND, post={}, hides=True),
    "child-keeping": Route(act=Act.KEEP, post={"decision": "hold"}),
    "keeping": Route(lists=Act.KEEP),
    "erasure": Route(act=Act.KEEP, post={}, hides=True),
    "correct": Route(act=Act.CORRECT, post={}),
    "corrected": Route(act=Act.OPEN),
    "begin": Route(act=Act.RECORD),
    "check": Route(act=Act.RECORD, post={}),
    "done": Route(act=Act.OPEN),
    "question": Route(act=Act.RECORD, post={}),
    "search": Route(act=Act.OPEN),
    "profile": Route(act=Act.OPEN, post={}, writes=Act.RECORD),
    "photograph": Route(act=Act.OPEN),
    "photograph-new": Route(act=Act.RECORD, post={}),
    "episode-review": Route(act=Act.OPEN, post={}, writes=Act.RECORD),
    "conversations": Route(act=Act.OPEN),
    "episode-record": Route(act=Act.RECORD, post={}),
    "numbers": Route(own=True),  # names no child until a number is opened
    "report": Route(lists=Act.RECORD, post={}),
    "report-begin": Route(act=Act.RECORD),
    "report-check": Route(act=Act.RECORD, post={}),
    "report-forget": Route(act=Act.RECORD, post={}),
    "report-notice": Route(act=Act.OPEN),
    "report-done": Route(act=Act.OPEN),
    "report-question": Route(act=Act.RECORD, post={}),
    "review": Route(act=Act.REVIEW, post={}, hides=True),
    "reviews": Route(lists=Act.REVIEW),
    "told": Route(act=Act.OPEN),
    "hand-over": Route(act=Act.RECORD, post={}),
    "handovers": Route(own=True),
    "handover": Route(own=True, post={}, of_own="tests/web/test_handovers_matrix.py"),
    "notice": Route(own=True, post={}, of_own="tests/web/test_handovers_matrix.py"),
    **{f"api-{name}": Route(system=True) for name in ("notices", "notice", "received", "accepted", "refused")},
    "work": Route(own=True, post={}),  # tests/sharing/test_leavers.py walks what it lists
    "posts": Route(own=True, post={}),  # names no child
    "emergency": Route(own=True, post={}),
    "conflict": Route(own=True, post={}),
    "passkeys": Route(own=True, post={}),  # names no child
    "agency-account": Route(own=True, post={}),  # names no child
    "confirm": Route(own=True, post={}, only_post=True),
    **{
        name: Route(anyone=True)
        for name in (
            "figures", "chart", "figure-table", "figures-report", "law", "accessibility", "sign-in", "signed-out",
            "sign-out", "health", "requests", "sign-in-code", "agency-sign-in", "agency-back", "api",
        )
    },
}  # fmt: skip


@dataclass
class State:
    """A child in one state towards one person: what the rule is told, and where its pages are."""

    name: str
    ref: str
    token: str
    held: tuple[Held, ...] = ()
    guard: Guard = field(default_factory=Guard)
    entry: str = "1"
    waiting: str = ""
    demand: str = ""
    erasure: str = ""
    exists: bool = True


def all_routes(patterns: list | None = None) -> Iterator[tuple[str, str]]:
    """Name and pattern of every route that the resolver knows."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from ((n, str(one.pattern) + p) for n, p in all_routes(one.url_patterns))
        else:
            yield one.name or str(one.pattern), str(one.pattern)


def unclassified() -> set[str]:
    return {name for name, _ in all_routes()} - set(ROUTES)


def _states(person: Person | None, other: Person, now: datetime) -> list[State]:
    """One child for every state."""
    ahead, past = now + HOURS, now - 2 * HOURS
    made = [State("no tie", "", ""), State("not existing", "ZZZZ-9999", "Nobodyatall", exists=False)]
    for tie in Tie:
        made += [
            State(f"{tie} not begun", "", "", (Held(OURS, tie, ahead, None),)),
            State(f"{tie} holding", "", "", (Held(OURS, tie, past, None),)),
            State(f"{tie} ended", "", "", (Held(OURS, tie, past, now - HOURS),)),
            State(f"{tie} of another agency", "", "", (Held("ZZZ", tie, past, None),)),
        ]
    everything = tuple(Held(OURS, tie, past, None) for tie in Tie)
    made += [
        State("shielded from them", "", "", everything, Guard(is_shielded=True)),
        State("shielded, named", "", "", everything, Guard(is_shielded=True, is_named=True)),
        State("in conflict", "", "", everything, Guard(is_in_conflict=True)),
        State("in conflict, named", "", "", everything, Guard(True, is_shielded=True, is_named=True)),
        State("emergency", "", "", (), Guard(is_opened=True)),
        State("emergency over a shield", "", "", everything, Guard(is_shielded=True, is_opened=True)),
        State("emergency in conflict", "", "", (), Guard(is_in_conflict=True, is_opened=True)),
        State("emergency over", "", ""),
        State("emergency refused", "", ""),
    ]
    for number, state in enumerate(made):
        if state.exists:
            _make(state, number, person, other, now)
    return made


def _make(state: State, number: int, person: Person | None, other: Person, now: datetime) -> None:
    state.token = f"Quill{chr(97 + number)}worth"
    told = a_draft("missing.told", (now - 3 * HOURS).isoformat(), who="parent", source="page", reference="t")
    noticed = a_draft("missing.noticed", (now - 5 * HOURS).isoformat())
    state.ref = ref = a_child(a_draft("child.named", "2026-01-05T09:00Z", first=state.token), noticed, told)
    entry = stories([ref])[ref].last("missing.noticed")
    earlier = Draft("missing.noticed", Moment.parse((now - 6 * HOURS).isoformat()), entry.details, corrects=entry.id)
    shown = keep_photograph(reader(other, now), ref, _PICTURE, at=now - HOURS)
    pictured = a_draft("child.photographed", (now - HOURS).isoformat(), picture=shown)
    state.entry = append(ref, [earlier, pictured], by="okafor", agency="MAR", at=now - HOURS).entries[0].id
    TieRow.objects.filter(child=ref).delete()
    TieRow.objects.bulk_create(
        TieRow(key=f"{ref}/{n}", child_id=ref, agency=h.agency, tie=h.tie, begins=h.begins, ends=h.ends)
        for n, h in enumerate(state.held)
    )
    _guard(state, person, other, now)
    opening = _opening(ref, other, now - HOURS, now + HOURS)
    state.waiting = str(opening.pk)
    asked = Demand.objects.create(
        child_id=ref,
        asked_by="Home Office",
        asker="A. Clerk",
        purpose="enforcement",
        wants="whereabouts",
        by=other,
        at=now,
    )
    state.demand = str(asked.pk)
    past = {"until": now.date(), "law": "made up", "reason": "made up", "role": "duty-manager"}
    state.erasure = str(Erasure.objects.create(child_id=ref, by=other, at=now, **past).pk)


def _opening(ref: str, person: Person, begins: datetime, ends: datetime) -> EmergencyOpening:
    return EmergencyOpening.objects.create(child_id=ref, person=person, reason="made up", begins=begins, ends=ends)


def _guard(state: State, person: Person | None, other: Person, now: datetime) -> None:
    deed = {"by": other, "at": now, "reason": "made up"}
    if state.guard.is_shielded:
        shield = Shield.objects.create(child_id=state.ref, **deed)
        ShieldNamed.objects.create(shield=shield, person=person if state.guard.is_named and person else other)
    if person is None:
        return
    if state.guard.is_in_conflict:
        Conflict.objects.create(child_id=state.ref, person=person, **deed)
    if state.guard.is_opened:
        _opening(state.ref, person, now - HOURS, now + 2 * HOURS)
    if state.name == "emergency over":
        _opening(state.ref, person, now - 3 * HOURS, now - HOURS)
    if state.name == "emergency refused":
        refused = _opening(state.ref, person, now - HOURS, now + HOURS)
        EmergencyReview.objects.create(
            opening=refused, by=other, at=now, outcome=Outcome.NOT_JUSTIFIED.value, note="made up"
        )


@dataclass
class Viewer:
    """Somebody at a browser."""

    name: str
    client: Client
    person: Person | None
    posts: tuple[Post, ...] = ()
    is_signed_in: bool = True


VIEWERS = [*(role.value for role in Role), "no post", "post ended today", "signed out"]


def _viewer(name: str, now: datetime) -> Viewer:
    client = Client()
    if name == "signed out":
        return Viewer(name, client, None, is_signed_in=False)
    person = add_person(username="viewer", first_name="Vi", last_name="Ewer", password="a long enough one")
    agency = open_agency(code=OURS, name="Ours", kind=Audience.COUNCIL)
    role = Role.DUTY_MANAGER if name == "post ended today" else None if name == "no post" else Role(name)
    if role:
        give_post(person=person, agency=agency, role=role, begins_on=(now - timedelta(days=30)).date())
    client.force_login(person)
    if name == "post ended today":
        person.posts.update(ends_on=now.date())
        return Viewer(name, client, person, is_signed_in=False)
    return Viewer(name, client, person, (Post(OURS, role),) if role else ())


@dataclass
class Matrix:
    """The whole walk. `holes` says where an answer was not what the rule says."""

    viewer: Viewer
    states: list[State]
    now: datetime
    cells: int = 0
    most_queries: int = 0
    holes: list[str] = field(default_factory=list)

    def walk(self) -> Matrix:
        for name, pattern in all_routes():
            route = ROUTES[name]
            for state in self.states if route.act else self.states[:1]:
                # A page that is only read answers a form before it looks at any child: asked once.
                reads_only = route.post is None and state is not self.states[0]
                for method in ("get",) if reads_only else ("get", "post"):
                    self._cell(name, route, self._address(pattern, state), state, method)
        return self

    def _address(self, pattern: str, state: State) -> str:
        number = state.entry
        for stem, own in (("reviews", state.waiting), ("demands", state.demand), ("keeping", state.erasure)):
            number = (own or str(uuid4())) if pattern.startswith(stem) else number
        known = {"ref": state.ref, "act": "found", "slug": "when", "number": number, "token": "t", "name": "shares",
                 "what": "sighting", "link": "0123456789abcdef01234567", "reference": "YYYY-8888",
                 "episode": "1", "came_by": str(uuid4())}  # fmt: skip
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: known[found[1]], pattern)

    def _cell(self, name: str, route: Route, address: str, state: State, method: str) -> None:
        before = Reading.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        connection.queries_log.clear()  # it keeps only so many, and the walk asks more
        with CaptureQueriesContext(connection) as asked:
            answer = getattr(self.viewer.client, method)(address, route.post or {})
        read = set(Reading.objects.filter(pk__gt=before).values_list("of__child_id", flat=True))
        body = b"" if answer.streaming else answer.content
        where = f"{method} {name} / {self.viewer.name} / {state.name}"
        expected = self._expected(route, name, state, method)
        if answer.status_code not in expected:
            self.holes.append(f"{where}: {answer.status_code}, not {sorted(expected)}")
        count = sum(q["sql"].lstrip().upper().startswith(_QUERIES) for q in asked)
        self.most_queries = max(self.most_queries, count if method == "get" else 0)
        if method == "get" and count > MOST_QUERIES:
            self.holes.append(f"{where}: {count} queries")
        # What a page carries, it has written down; what is refused carries nothing.
        served = {s.ref for s in self.states if s.token.encode() in body}
        served |= {s.ref for s in self.states if s.ref.encode() in body and (route.lists or route.own)}
        served |= {state.ref} if body == _PICTURE else set()
        if not served <= read:
            self.holes.append(f"{where}: shows {served - read} and wrote no reading")
        if not served <= self._may_show(route, state):
            self.holes.append(f"{where}: shows {served - self._may_show(route, state)}")
        if route.lists and method == "get" and self.viewer.is_signed_in and served != self._may_show(route, state):
            self.holes.append(f"{where}: leaves out {self._may_show(route, state) - served}")
        self.cells += len(self.states) if route.lists or route.own else 1

    def _may(self, act: Act, state: State) -> bool:
        return state.exists and may(self.viewer.posts, act, state.held, self.now, state.guard)

    def _may_show(self, route: Route, state: State) -> set[str]:
        if not self.viewer.is_signed_in or route.anyone or route.system:
            return set()
        if route.act:
            return {state.ref} if self._may(Act.OPEN, state) or self._may(route.act, state) else set()
        if route.own:
            return {s.ref for s in self.states if s.guard.is_opened}
        return {s.ref for s in self.states if self._may(route.lists, s)}

    def _expected(self, route: Route, name: str, state: State, method: str) -> set[int]:
        if name == "agency-back":
            return {403, 405}  # nobody was sent to a directory: tests/access/test_directory_sign_in.py walks it
        if route.anyone:
            return {200, 302, 405}
        if route.system:
            return {401, 405}
        if not self.viewer.is_signed_in:
            return {302} if method == "get" else {401}
        if method == ("get" if route.only_post else "post") and (route.only_post or route.post is None):
            return {405}
        if name == "confirm":
            return {401}
        if route.of_own:
            return {404}
        if name in ("work", "rota") and method == "post":
            return {403}
        if name == "rota-pattern":
            manages = any(post.role is Role.DUTY_MANAGER for post in self.viewer.posts)
            return {200} if manages and method == "get" else {403}
        if name == "posts":
            manages = any(post.role is Role.DUTY_MANAGER for post in self.viewer.posts)
            return {302 if method == "post" else 200} if manages else {403}
        if name == "emergency":
            return {200} if may_break_glass(self.viewer.posts) else {403}
        if not route.act:
            return {302} if name == "start" or (name == "report" and method == "post") else {200}
        if not self._may(Act.OPEN, state) and not route.hides:
            return {404}
        if not self._may(route.act, state):
            return {404} if route.hides else {403}
        if method == "post" and route.writes and not self._may(route.writes, state):
            return {403}
        return {302} if name in ("begin", "check", "report-begin", "report-check") else {200}


def _in_words_of_now(self: Listing, who: Reader, at: datetime, **values: object) -> list:
    """A planted fault must neither be hidden by a list that was put into words before it, nor outlive its test."""
    return list(self._prepared(who.posts).build(person=who.person.pk, at=at, **values))


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk asks for far more than a person may; limits have tests of their own."""
    Path(django_settings.STATIC_ROOT).mkdir(exist_ok=True)
    monkeypatch.setattr("holdfast.access.limits.MOST_MISSES", 10**9)
    monkeypatch.setattr("holdfast.access.limits.MOST_IN_AN_HOUR", 10**9)
    monkeypatch.setattr("holdfast.access.limits.MOST_IN_A_DAY", 10**9)


def a_matrix(name: str) -> Matrix:
    now = datetime.now(UTC)
    other = add_person(username="other", first_name="Some", last_name="Body", password="a long enough one")
    viewer = _viewer(name, now)
    return Matrix(viewer, _states(viewer.person, other, now), now)


def test_19_every_route_is_classified() -> None:
    assert unclassified() == set()
    assert set(ROUTES) <= {name for name, _ in all_routes()}, "a route that is gone is still classified"


@pytest.mark.django_db
@pytest.mark.parametrize("viewer", VIEWERS)
def test_1_19_27_42_every_route_role_and_state_is_answered_as_the_rule_says(
    viewer: str, no_limits: None, record_property: object, capsys: pytest.CaptureFixture
) -> None:
    walked = a_matrix(viewer).walk()
    with capsys.disabled():
        counted = f"{walked.cells} cells, {len(walked.holes)} holes, at most {walked.most_queries} queries"
        print(f"\nmatrix, {viewer}: {counted}")
    assert walked.holes == []
    assert walked.cells > 400


@pytest.mark.django_db
@pytest.mark.parametrize("viewer", ["signed out", "duty-manager"])
def test_1_no_route_answers_a_method_that_it_does_not_know(viewer: str, no_limits: None) -> None:
    matrix = a_matrix(viewer)
    state = next(s for s in matrix.states if s.name == "responsible holding")
    for name, pattern in all_routes():
        for method in ("put", "patch", "delete"):
            answer = getattr(matrix.viewer.client, method)(matrix._address(pattern, state))
            is_asked = matrix.viewer.is_signed_in or ROUTES[name].anyone or ROUTES[name].system
            closed = {405} if is_asked else {302}
            assert answer.status_code in (closed if name != "signed-out" else {200}), f"{method} {name}"
            assert state.token.encode() not in answer.content


def _leak(request: object, ref: str) -> HttpResponse:
    """A page as it must never be written: it asks nobody and writes nothing down."""
    row = EntryRow.objects.filter(child_id=ref, kind="child.named").first()
    return HttpResponse(row.details if row else "")


def _with_a_leak(settings: object, monkeypatch: pytest.MonkeyPatch, *, is_open: bool) -> None:
    from holdfast.web.urls import urlpatterns

    view = login_not_required(_leak) if is_open else _leak
    urls = ModuleType("urls_with_a_leak")
    urls.urlpatterns = [*urlpatterns, path("children/<slug:ref>/leaked/page/now", view, name="leak")]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = urls  # type: ignore[attr-defined]


def test_19_a_planted_route_that_nobody_classified_breaks_the_matrix(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_a_leak(settings, monkeypatch, is_open=False)
    assert unclassified() == {"leak"}


def _holes(viewer: str, only: set[str]) -> list[str]:
    matrix = a_matrix(viewer)
    matrix.states = [s for s in matrix.states if s.name in only]
    return matrix.walk().holes


@pytest.mark.django_db
@pytest.mark.parametrize(("viewer", "is_open"), [("signed out", True), ("analyst", False)])
def test_1_19_a_planted_unguarded_route_breaks_the_matrix_even_when_it_is_classified(
    viewer: str, is_open: bool, settings: object, monkeypatch: pytest.MonkeyPatch, no_limits: None
) -> None:
    _with_a_leak(settings, monkeypatch, is_open=is_open)
    monkeypatch.setitem(ROUTES, "leak", Route(act=Act.OPEN))
    holes = _holes(viewer, {"no tie"})
    assert holes and all(" leak " in hole for hole in holes)


@pytest.mark.django_db
def test_19_a_planted_missing_tie_check_breaks_the_matrix(monkeypatch: pytest.MonkeyPatch, no_limits: None) -> None:
    monkeypatch.setattr("holdfast.web.child_page.acts_through", lambda *_: frozenset(Act))
    holes = _holes("social-worker", {"no tie", "in conflict", "shielded from them"})
    for state in ("no tie", "in conflict", "shielded from them"):
        assert any(f"get child / social-worker / {state}: 200, not [404]" in hole for hole in holes)


@pytest.mark.django_db
def test_36_42_a_planted_unaudited_read_breaks_the_matrix(monkeypatch: pytest.MonkeyPatch, no_limits: None) -> None:
    for view in ("opened", "missing", "board", "reviews"):
        monkeypatch.setattr(f"holdfast.web.views.{view}.record_reading", lambda *_, **__: None)
    holes = _holes("duty-manager", {"responsible holding"})
    unread = {hole.split()[1] for hole in holes if "wrote no reading" in hole}
    lists = {"missing", "missing-list", "board", "reviews"}
    assert {"child", "duties", "chronology", "episodes", "readers"} | lists <= unread


@pytest.mark.django_db
def test_25_a_planted_list_that_forgets_shields_breaks_the_matrix(
    monkeypatch: pytest.MonkeyPatch, no_limits: None
) -> None:
    from holdfast.access.deeds import Shield as Shields

    monkeypatch.setattr(Listing, "__call__", _in_words_of_now)
    monkeypatch.setattr("holdfast.access.queries._shielded_from", lambda person: Shields.objects.none())
    holes = _holes("social-worker", {"shielded from them"})
    assert any(hole.startswith("get missing ") and "shows" in hole for hole in holes)
