"""The reading log, people and their posts: the only writes of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from holdfast.access.models import Agency, Person, Post, ReaderChain, Reading, ReadingOf
from holdfast.access.queries import Reader
from holdfast.access.rules import Act, Role
from holdfast.chronology import chain
from holdfast.chronology.kinds import Audience
from holdfast.chronology.rows import utc


@transaction.atomic
def record_reading(who: Reader, act: Act, children: Iterable[str], *, page: str, at: datetime) -> None:
    """Write that these children's data is about to be shown. Call it in the transaction that reads the data, before
    any byte leaves: if this fails, the page fails. `page` is the name of the route, never its address.
    """
    refs = sorted(set(children))
    if not refs:
        return
    at = utc(at)
    mine = ReaderChain.objects.select_for_update().filter(person=who.person)
    # Two first readings at once: the second waits for the first to be written, and follows it.
    head = mine.first() or ReaderChain.objects.get_or_create(person=who.person, defaults={"head": chain.START})[0]
    if head.length == 0:
        head = mine.get()
    listed = " ".join(refs)
    number = head.length + 1
    head.head = reading_link(head.head, who.person.pk, number, at, act.value, page, listed)
    head.length = number
    head.save(update_fields=["length", "head"])
    reading = Reading.objects.create(
        person=who.person, number=number, at=at, act=act.value, page=page, children=listed, hash=head.head
    )
    ReadingOf.objects.bulk_create([ReadingOf(reading=reading, child_id=ref) for ref in refs])


def reading_link(previous: str, person: int, number: int, at: datetime, act: str, page: str, children: str) -> str:
    """The hash of one reading after the one before it."""
    return chain.link(previous, "", (person, number, at, act, page, children))


@transaction.atomic
def open_agency(*, code: str, name: str, kind: Audience) -> Agency:
    """Add an agency, or change its name."""
    agency, _ = Agency.objects.update_or_create(code=code, defaults={"name": name, "kind": kind.value})
    return agency


@transaction.atomic
def add_person(*, username: str, first_name: str, last_name: str, password: str) -> Person:
    """Add somebody who can sign in. They can see nothing until they hold a post."""
    return Person.objects.create_user(username=username, first_name=first_name, last_name=last_name, password=password)


@transaction.atomic
def give_post(*, person: Person, agency: Agency, role: Role, begins_on: date) -> Post:
    """Give a person a role in an agency."""
    post, _ = Post.objects.get_or_create(
        person=person, agency=agency, role=role.value, ends_on=None, defaults={"begins_on": begins_on}
    )
    return post
