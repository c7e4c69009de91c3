"""Hostile requests: addresses, what follows them, cookies, and every form that a page shows.

Nothing answers with an error of ours, on either database: the test client raises whatever a view lets through. A sample
on each run; `HOLDFAST_HOSTILE_REQUESTS=10000` sends them by the thousand.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from itertools import count, repeat
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from holdfast.access.actions import add_person, give_post
from holdfast.access.models import Agency
from holdfast.access.rules import Role
from tests.access.test_route_matrix import all_routes
from tests.web.conftest import AMINA, PASSWORD, SELAM, TUAN

SignIn = Callable[..., Client]

HOSTILE = (
    "", " ", "\x00", "a\x00b", "%00", "\x1b[31m", "\u202egnp", "\ufeff", "\ufffd", "😱", "İ", "ß", "٣", "²", "-1", "0",
    "1e400", "NaN", "9" * 30, "9" * 5000, "0x41", "1_0", "2026-02-30", "31/02/2026", "25:61", "24:00", "x" * 20_000,
    "'; DROP TABLE child;--", "\" OR 1=1", "<script>alert(1)</script>", "{{ 7*7 }}", "{% raw %}", "%s%n%d", "../../etc",
    "//evil.example", "javascript:alert(1)", "=cmd|' /C calc'!A0", "null", "true", "[]", "{}", "on",
    "a\r\nSet-Cookie: x=1",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u2028", "é" * 300, "trafficking", "police:MAP",
)  # fmt: skip
REQUESTS = int(os.environ.get("HOLDFAST_HOSTILE_REQUESTS", "250"))
OF_ONE_ROUTE = 6  # pages opened in search of forms
NOT_ASKED = {"figures", "chart", "figure-table", "figures-report", "sign-out"}  # slow, of nobody's; and the way out
PAGES_TO_START = (
    "/",
    "/missing",
    "/report",
    "/handovers",
    "/reviews",
    "/demands",
    "/emergency",
    "/conflict",
    "/missing/numbers",
)


class Forms(HTMLParser):
    """The links of a page, and its forms: where each is sent and with which fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "get").lower(), {}))
        elif self.forms and given.get("name"):
            self.forms[-1][2].setdefault(given["name"], given.get("value", ""))


def route_of(address: str) -> str:
    """The name of the route, and for questions and journeys which one; empty when the address leads nowhere."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return " ".join([found.url_name or "", *(found.kwargs.get(name, "") for name in ("act", "slug", "what"))])


def ours(address: str, link: str) -> str | None:
    """A link as an address here; none when it leads elsewhere, to a file or out."""
    there = urlsplit(urljoin(f"http://testserver{address}", link))
    route = route_of(there.path)
    if there.netloc != "testserver" or not route or route.split()[0] in NOT_ASKED:
        return None
    return there.path + (f"?{there.query}" if there.query else "")


def walk(client: Client, start: tuple[str, ...]) -> dict[tuple[str, str, tuple[str, ...]], dict[str, str]]:
    """Every form that can be reached by links: (address, method, names of its fields) to what it shows."""
    seen, waiting, opened = set(start), list(start), Counter[str]()
    forms: dict[tuple[str, str, tuple[str, ...]], dict[str, str]] = {}
    while waiting:
        address = waiting.pop(0)
        opened[route_of(address)] += 1
        if opened[route_of(address)] > OF_ONE_ROUTE:
            continue
        answer = client.get(address, follow=True)
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        page = Forms(answer.content.decode())
        for action, method, fields in page.forms:
            to = ours(here, action or here)
            if to and fields:
                forms.setdefault((to, method, tuple(sorted(fields))), fields)
        fresh = {to for link in page.links if (to := ours(here, link))} - seen
        seen |= fresh
        waiting += sorted(fresh)
    return forms


def addresses(dice: random.Random) -> Iterator[str]:
    """Every route with hostile words in each of its places, and behind it."""
    for name, pattern in sorted(set(all_routes())):
        if name in NOT_ASKED:
            continue
        first, *places = pattern.split("<")
        for words in HOSTILE:
            filled = first
            for place in places:
                is_child = place.startswith("slug:ref>") and dice.random() < 0.8
                filled += quote(TUAN if is_child else words[:300]) + place.split(">", 1)[1]
            behind = dict.fromkeys(("as_at", "q", "page", "with", "authority", "of", "what"), words[:300])
            yield f"/{filled}?{urlencode(behind)}"


def variants(fields: dict[str, str], dice: random.Random) -> Iterator[dict[str, str | list[str]]]:
    """What a form carries, with one field hostile at a time; all of them; each twice; none of them there."""
    for name in fields:
        for words in HOSTILE:
            yield {**fields, name: words}
    yield {name: dice.choice(HOSTILE) for name in fields}
    yield {name: [dice.choice(HOSTILE), dice.choice(HOSTILE)] for name in fields}
    yield {}


@pytest.fixture
def hostile(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Somebody signed in who is never stopped for asking too much: what is tested is what lies behind the limits.
    Each thousand requests are of another person, as a log that grows without end would be nobody's."""
    monkeypatch.setattr("holdfast.web.watch.note_miss", lambda *_: None)

    def thousand(username: str) -> Iterator[Client]:
        for _ in range(4):
            yield from repeat(signed_in(username), 250)
            # PostgreSQL counts its rows anew by itself, but not those of a test's one transaction.
            if connection.vendor == "postgresql":
                connection.cursor().execute("ANALYZE")

    def one_after_another() -> Iterator[Client]:
        yield from thousand("manager")
        for number in count(1):
            person = add_person(username=f"manager{number}", first_name="G.", last_name="Abara", password=PASSWORD)
            post = {"agency": Agency.objects.get(code="MAR"), "role": Role.DUTY_MANAGER, "begins_on": date(2025, 1, 1)}
            give_post(person=person, **post)
            yield from thousand(person.username)

    return one_after_another()


def test_no_address_answers_with_an_error_of_ours(hostile: Iterator[Client]) -> None:
    dice, answered = random.Random(903), Counter[int]()
    asked = list(addresses(dice))
    for address in dice.sample(asked, min(REQUESTS, len(asked))):
        answered[next(hostile).get(address).status_code] += 1
    print(f"{len(asked)} addresses, asked {sum(answered.values())}: {dict(answered)}")
    assert max(answered) < 500 and not answered[429], answered
    assert answered[200] and answered[404]


def test_no_form_answers_with_an_error_of_ours(hostile: Iterator[Client]) -> None:
    dice, answered = random.Random(903), Counter[int]()
    start = (*PAGES_TO_START, f"/children/{TUAN}", f"/children/{AMINA}", f"/children/{SELAM}")
    forms = walk(next(hostile), start)
    sendings = [
        (address, method, sent)
        for (address, method, _), fields in sorted(forms.items())
        for sent in variants(fields, dice)
    ]
    dice.shuffle(sendings)
    for address, method, sent in sendings[:REQUESTS]:
        client = next(hostile)
        # What one sending does is taken back: a restriction put by the first would close the child to all who follow.
        with transaction.atomic():
            answer = client.post(address, sent) if method == "post" else client.get(address, sent)
            transaction.set_rollback(True)
        answered[answer.status_code] += 1
        assert b"<script>alert(1)" not in answer.content, address
    print(f"{len(forms)} forms, {len(sendings)} sendings, sent {sum(answered.values())}: {dict(answered)}")
    assert max(answered) < 500 and len(forms) > 20
    assert answered[404] < sum(answered.values()) / 2, answered


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken"])
def test_a_hostile_cookie_signs_nobody_in(county: datetime, cookie: str) -> None:
    for words in HOSTILE:
        as_sent = words.replace("\r", "").replace("\n", "").encode().decode("latin-1")  # as a server hands it on
        for raw in (f"{cookie}={as_sent}", f'{cookie}="a\\000b{as_sent}"'):
            assert Client().get("/missing", headers={"cookie": raw}).status_code == 302
