"""Which directories there are, who is joined to them, and whether a session that came through one still stands."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists

from holdfast.access.directory.rows import Directory, Joined
from holdfast.access.models import Person, Post
from holdfast.access.queries import held_posts, posts_of


def directories() -> list[Directory]:
    """Those in which people can sign in, by the name of their agency."""
    found = Directory.objects.filter(ended_at__isnull=True).select_related("agency").defer("sealed")
    return list(found.order_by("agency__name", "agency_id"))


def directory_of(agency: str) -> Directory | None:
    """That of an agency, by its code; capital and small letters are the same."""
    held = Directory.objects.filter(ended_at__isnull=True, agency__code__iexact=agency.strip())
    return held.select_related("agency").first()


def holds_post_at(person: Person, agency: str, at: datetime) -> bool:
    """Whether a person works there now: a directory vouches for nobody else."""
    return held_posts(person, at).filter(agency=agency).exists()


def joined_as(directory: Directory, subject: str) -> Joined | None:
    """Whose account that is, by issuer and `sub` and nothing else."""
    held = Joined.objects.filter(directory=directory, subject=subject, ended_at__isnull=True)
    return held.select_related("person", "directory").first()


def joins_of(person: Person) -> dict[str, Joined]:
    """The joins of a person that stand, by directory."""
    held = Joined.objects.filter(person=person, ended_at__isnull=True).select_related("directory")
    return {str(one.directory_id): one for one in held.defer("directory__sealed")}


def must_use_directory(person: Person, at: datetime, came_by: Directory | None = None) -> bool:
    """Whether this person is joined to a directory that is the only way in, and came by none that is: with a password,
    or by another agency's directory, which may be less well kept. Of two that are the only way, each is one. The
    directory of an agency where they hold no post at that time binds nobody: it may not know them any more."""
    if came_by is not None and came_by.only:
        return False
    held = Joined.objects.filter(person=person, ended_at__isnull=True, directory__only=True)
    here = held_posts(person, at).values("agency")
    return held.filter(directory__ended_at__isnull=True, directory__agency__in=here).exists()


def works_only_at(person: Person, agency: str, at: datetime) -> bool:
    """Whether every post that a person holds now is in that agency: its directory's word on a second factor is good for
    its own children alone."""
    held = held_posts(person, at)
    return held.filter(agency=agency).exists() and not held.exclude(agency=agency).exists()


def posts_through(person: Person, joined: str, at: datetime) -> list[Post]:
    """The posts that a person holds at that time, and none once the join that a session came through has ended.
    `joined` is its id, or empty for a session that came by password. One query."""
    if not joined:
        return posts_of(person, at)
    return list(held_posts(person, at).filter(Exists(Joined.objects.filter(pk=joined, ended_at__isnull=True))))
