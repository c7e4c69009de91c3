"""The page of everything that the law has asked: groups by how they stand, short ones whole, long ones in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from holdfast.web.child_duties import Duties, Duty
from holdfast.web.missing_words import page_links

SHOWN = 10  # of each group, when all groups stand on one page
PAGE_SIZE = 25  # of one group


@dataclass(frozen=True, slots=True)
class Group:
    """Obligations that stand alike. `duties` is the part that is shown of `total`."""

    name: str
    words: str
    note: str
    duties: Sequence[Duty]
    total: int


def duty_groups(duties: Duties, query: QueryDict) -> tuple[list[Group], dict[str, object] | None]:
    """The groups to show, and links to further pages when one group is asked for by name (`show`)."""
    every = (
        ("open", "Open", "Overdue first, then by due time.", duties.open),
        ("met-late", "Met late", "", duties.met_late),
        ("met", "Met", "", duties.met),
        ("ended", "Ended without being done", "The duty came to an end before anybody did it.", duties.ended),
        ("not-in-force", "Passed, not yet in force", "", duties.not_in_force),
    )
    asked = query.get("show", "")
    one = next((g for g in every if g[0] == asked), None)
    if one is None:
        return [Group(n, w, note, found[:SHOWN], len(found)) for n, w, note, found in every if found], None
    name, words, note, found = one
    pages = max(1, -(-len(found) // PAGE_SIZE))
    typed = query.get("page", "")
    page = min(max(int(typed), 1), pages) if typed.isdecimal() and len(typed) < 6 else 1
    part = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return [Group(name, words, note, part, len(found))], page_links(page, pages, query)
