"""Is each person's post still right? A manager says so every quarter; a post that nobody confirms is off.

To be given a post is to be confirmed in it. Nobody confirms their own: a manager's is confirmed by another duty
manager of the agency, or by an operator (`holdfast people confirm`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from holdfast.access.actions import NotForThem
from holdfast.access.limits import CONFIRM_EVERY, CONFIRM_GRACE
from holdfast.access.models import Person, Post, PostConfirmed
from holdfast.access.queries import Reader
from holdfast.access.review import holds
from holdfast.access.rules import Role
from holdfast.chronology.rows import utc


@dataclass(frozen=True, slots=True)
class PostToConfirm:
    """One post, when it was last confirmed, by when it must be again, and from when it is off."""

    post: Post
    confirmed: datetime

    @property
    def due(self) -> datetime:
        return self.confirmed + CONFIRM_EVERY

    @property
    def off(self) -> datetime:
        return self.due + CONFIRM_GRACE

    def is_due(self, at: datetime) -> bool:
        return self.due <= at

    def is_off(self, at: datetime) -> bool:
        return self.off <= at


def posts_to_confirm(agencies: Collection[str], at: datetime) -> list[PostToConfirm]:
    """Every post of these agencies that has not ended, also those that are off, the longest unconfirmed first. One
    query."""
    last = Coalesce(Max("confirmations__at"), "given_at")
    rows = Post.objects.filter(holds(at), agency__in=agencies).annotate(last=Greatest(last, "given_at"))
    rows = rows.select_related("person", "agency").order_by("last", "pk")
    return [PostToConfirm(row, row.last) for row in rows]


def may_confirm(who: Reader, post: Post) -> bool:
    """Whether this reader answers for that post: a duty manager of the agency, and never their own."""
    manages = any(p.agency == post.agency_id and p.role is Role.DUTY_MANAGER for p in who.posts)
    return manages and post.person_id != who.person.pk


@transaction.atomic
def confirm_post(who: Reader, post: Post, at: datetime) -> None:
    """Say that a post is still right. Raises NotForThem."""
    if not may_confirm(who, post) or not Post.objects.filter(holds(at), pk=post.pk).exists():
        raise NotForThem
    PostConfirmed.objects.create(post=post, by=who.person, at=utc(at))


@transaction.atomic
def confirm_by_operator(person: Person, at: datetime) -> int:
    """Confirm every post of a person, in no person's name: by whoever runs the machine. Returns how many."""
    posts = list(Post.objects.filter(holds(at), person=person))
    PostConfirmed.objects.bulk_create(PostConfirmed(post=p, by=None, at=utc(at)) for p in posts)
    return len(posts)
