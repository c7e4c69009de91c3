"""A prepared question gives what the plain one gives, and refuses what it cannot give."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.prepared import Prepared
from tests.builders import a_child, a_draft

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _entries(refs: list[str], at: datetime, kind: str) -> QuerySet[Any]:
    rows = EntryRow.objects.filter(child_id__in=refs, occurred_at__lte=at).order_by("number")
    return rows.filter(Q(kind=kind) | Q(kind="child.named")).select_related("child")


def _long(ref: str, number: int) -> QuerySet[Any, Any]:
    later = EntryRow.objects.filter(child_id=OuterRef("ref"), number__gt=number)
    rows = Chronology.objects.filter(ref=ref)
    return rows.values_list("ref", Value(1), Exists(later)).union(rows.values_list("head", Value(2), Value(False)))


ENTRIES = Prepared(_entries, refs=list, at=datetime, kind=str)
LONG = Prepared(_long, ref=str, number=int)


@pytest.fixture
def children(db: None) -> list[str]:
    return [
        a_child(
            a_draft("child.named", "2026-01-05T09:00Z", first=name), a_draft("missing.noticed", "2026-11-20T02:00Z")
        )
        for name in ("Tuan", "Amina")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["missing.noticed", "none' OR 1=1 --", "stand-in:3"])
@pytest.mark.parametrize("before", [timedelta(), timedelta(days=1), timedelta(days=400)])
def test_it_answers_as_the_plain_query_in_the_same_words(children: list[str], kind: str, before: timedelta) -> None:
    for refs in (children, children[:1], children[1:], ["ZZZZ-9999"], []):
        values = {"refs": refs, "at": NOW - before, "kind": kind}
        with CaptureQueriesContext(connection) as asked:
            found = ENTRIES(**values)
        with CaptureQueriesContext(connection) as plainly:
            expected = list(_entries(**values))
            assert [e.child.length for e in expected] == [e.child.length for e in found]
        assert found == expected
        assert [q["sql"] for q in asked] == [q["sql"] for q in plainly]
    assert ENTRIES(refs=children, at=NOW, kind="missing.noticed"), "nothing was compared"


@pytest.mark.django_db
def test_unions_and_numbers_too(children: list[str]) -> None:
    for number in (0, 1, 2, 99):
        for ref in children:
            assert sorted(LONG(ref=ref, number=number)) == sorted(_long(ref, number))
    assert LONG(ref=children[0], number=0) != LONG(ref=children[0], number=99)


@pytest.mark.django_db
def test_a_query_that_reckons_with_its_values_is_refused_when_it_is_prepared() -> None:
    by_time = Prepared(lambda at: EntryRow.objects.filter(occurred_at__gt=at - timedelta(hours=1)), at=datetime)
    by_day = Prepared(lambda at: EntryRow.objects.filter(occurred_at__date=at.date()), at=datetime)
    by_word = Prepared(lambda ref: EntryRow.objects.filter(child_id=ref.strip() + "x"), ref=str)
    by_number = Prepared(lambda n: EntryRow.objects.filter(number__in=[n, n + 1]), n=int)
    unused = Prepared(lambda n, ref: EntryRow.objects.filter(number=n), n=int, ref=str)
    for bent, value in (
        (by_time, {"at": NOW}), (by_day, {"at": NOW}), (by_word, {"ref": "A"}), (by_number, {"n": 1}),
        (unused, {"n": 1, "ref": "A"}),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="reckons"):
            bent(**value)


@pytest.mark.django_db
def test_other_values_than_it_was_made_for_are_refused(children: list[str]) -> None:
    with pytest.raises(TypeError, match="None"):
        LONG(ref=None, number=1)
    with pytest.raises(TypeError, match="made for"):
        LONG(ref=children[0])
    with pytest.raises(TypeError, match="no stand-in"):
        Prepared(lambda x: EntryRow.objects.filter(number=x), x=float)(x=1.0)
    by_day = Prepared(lambda day: EntryRow.objects.filter(occurred_at__date__gte=day), day=date)
    assert len(by_day(day=date(2026, 11, 20))) == 2 and by_day(day=date(2026, 11, 21)) == []


@pytest.mark.django_db
def test_rows_are_held_only_within_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Prepared(lambda ref: Chronology.objects.select_for_update().filter(ref=ref), ref=str)
    with transaction.atomic():
        assert held(ref="ZZZZ-9999") == []
    # A test is within a transaction of its own, which cannot be left: what the record never gives up cannot be undone.
    monkeypatch.setattr(connection, "get_autocommit", lambda: True)
    with pytest.raises(TransactionManagementError):
        held(ref="ZZZZ-9999")
