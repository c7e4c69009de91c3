"""Who is reading: said once for a request, and told to PostgreSQL at the start of each of its transactions.

PostgreSQL's row-level security (`second_wall.py`) shows a child's rows only to a transaction that says for whom it
reads. The embedded database has no such wall, and is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.http import HttpRequest, HttpResponse

SETTING = "holdfast.reader"
_SAY = f"SELECT set_config('{SETTING}', %s, true)"
_reader: ContextVar[str] = ContextVar("reader", default="")


def reader_now() -> str:
    """The number of the person for whom this thread reads, as text; empty when nobody has said."""
    return _reader.get()


@contextmanager
def reading_as(person: int) -> Iterator[None]:
    """Everything inside is read and written for this person."""
    before = _reader.set(str(person))
    try:
        say_in_transaction()
        yield
    finally:
        _reader.reset(before)
        say_in_transaction()


def say_in_transaction() -> None:
    """Tell a transaction that is open already. One that begins later is told by the database wrapper."""
    if connection.vendor == "postgresql" and connection.in_atomic_block and not connection.needs_rollback:
        connection.connection.execute(_SAY, [reader_now()])


class SayWhoReads:
    """A request of somebody signed in reads for that person. Stands after sign-in and after the end of sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user.pk
        if person is None:
            return self.get_response(request)
        with reading_as(person):
            return self.get_response(request)
