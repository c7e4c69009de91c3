"""How the read table of this room is filled from a story."""

from __future__ import annotations

from django.db.models import Model

from holdfast.chronology.installed import ReadTable
from holdfast.chronology.story import Story
from holdfast.missing.conversations import Row, ledger
from holdfast.missing.models import EpisodeRow
from holdfast.missing.numbers import length_of, place_at
from holdfast.missing.picture import episodes as fold


def _row(story: Story, row: Row) -> EpisodeRow:
    ref, episode = story.ref, row.episode
    grading = episode.grading
    return EpisodeRow(
        key=f"{ref}/{episode.number}",
        child_id=ref,
        number=episode.number,
        category=episode.category.value,
        noticed_at=episode.noticed.at,
        precision=episode.noticed.precision.value,
        ended_at=episode.ended.at if episode.ended else None,
        returned_at=episode.returned.at if episode.returned else None,
        risk=grading.risk.value if grading else "",
        graded_by=grading.by[:80] if grading else "",
        graded_at=grading.at if grading else None,
        accepted_by=episode.accepted_by[:80],
        last_contact_at=episode.last_contact.at if episode.last_contact else None,
        police_reference=(episode.reported.details.police_reference or "")[:40] if episode.reported else "",
        length=length_of(row).value,
        place=place_at(story, row)[:8],
        is_offered=bool(row.offers),
        is_accepted=row.was_accepted,
        held=row.in_time.value if row.held and row.in_time else "",
    )


def _rows(story: Story) -> list[Model]:
    return [_row(story, row) for row in ledger(fold(story))]


episodes = ReadTable(EpisodeRow, _rows)
