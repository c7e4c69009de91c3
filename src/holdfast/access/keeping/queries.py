"""Which holds stand, what was asked and answered, and whether anything was erased that two people did not approve."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef

from holdfast.access.keeping.rows import Erased, Erasure, Hold
from holdfast.access.queries import Reader, children_visible
from holdfast.access.rules import Act
from holdfast.access.vault.rows import Photograph, VaultRow
from holdfast.chronology.models import EntryRow


def holds_of(ref: str) -> list[Hold]:
    """Every hold of a child, ended ones too, latest first. One query."""
    return list(Hold.objects.filter(child_id=ref).select_related("by", "ended__by").order_by("-at"))


def holds_on(ref: str) -> list[Hold]:
    """The holds that stand over a child."""
    return list(Hold.objects.filter(child_id=ref, ended__isnull=True).order_by("at"))


def held_for(who: Reader, at: datetime) -> list[Hold]:
    """The holds that stand over children of whom this reader decides, oldest first."""
    rows = Hold.objects.filter(children_visible(who, Act.KEEP, at), ended__isnull=True)
    return list(rows.select_related("by").order_by("at"))


def erasures_of(ref: str) -> list[Erasure]:
    """Everything that was asked for a child, latest first. One query."""
    rows = Erasure.objects.filter(child_id=ref).select_related("by", "answer__by", "erased")
    return list(rows.order_by("-at"))


def open_erasure(ref: str) -> Erasure | None:
    """What was asked for a child and is neither refused nor carried out."""
    rows = Erasure.objects.filter(child_id=ref, erased__isnull=True).exclude(answer__is_approved=False)
    return rows.select_related("by", "answer__by").order_by("-at").first()


def erasures_for(who: Reader, at: datetime) -> list[Erasure]:
    """What waits for an answer or for the operator, of children of whom this reader decides, oldest first."""
    rows = Erasure.objects.filter(children_visible(who, Act.KEEP, at), erased__isnull=True)
    return list(rows.exclude(answer__is_approved=False).select_related("by", "answer__by").order_by("at"))


def approved_erasures() -> list[Erasure]:
    """What two people approved and nobody has carried out, oldest first."""
    rows = Erasure.objects.filter(answer__is_approved=True, erased__isnull=True).exclude(answer__by=F("by"))
    return list(rows.select_related("by", "answer__by").order_by("at"))


def not_approved() -> list[str]:
    """The children of whom something is gone that no two people approved: the database refuses it, so somebody went
    round the database."""
    done = Erased.objects.filter(erasure__child_id=OuterRef("child_id"))
    entries = EntryRow.objects.filter(~Exists(done), details__isnull=True).values_list("child_id", flat=True)
    values = VaultRow.objects.filter(~Exists(done), key="").values_list("child_id", flat=True)
    pictures = Photograph.objects.filter(~Exists(done), key="").values_list("child_id", flat=True)
    return sorted({*entries, *values, *pictures})
