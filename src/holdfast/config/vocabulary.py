"""The kinds that this house knows: every subject's, read once. No Django here, so the command line starts fast."""

from __future__ import annotations

from functools import cache

from holdfast.chronology.kinds import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """All kinds, by name."""
    import holdfast.asylum.kinds
    import holdfast.child.kinds
    import holdfast.education.kinds
    import holdfast.missing.conversation_kinds
    import holdfast.missing.kinds
    import holdfast.missing.link_kinds
    import holdfast.missing.report_kinds
    import holdfast.missing.search_kinds
    import holdfast.placements.kinds
    import holdfast.protection.kinds
    import holdfast.sharing.kinds
    import holdfast.trafficking.kinds

    return Vocabulary(
        (
            holdfast.child.kinds,
            holdfast.placements.kinds,
            holdfast.missing.kinds,
            holdfast.missing.report_kinds,
            holdfast.missing.conversation_kinds,
            holdfast.missing.search_kinds,
            holdfast.missing.link_kinds,
            holdfast.trafficking.kinds,
            holdfast.asylum.kinds,
            holdfast.protection.kinds,
            holdfast.education.kinds,
            holdfast.sharing.kinds,
        )
    )
