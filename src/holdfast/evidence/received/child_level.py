"""Tables that list children one by one. They are quarantined whole: nothing of them is read, shown or repeated."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.evidence.received.content import Concern, Table, Why
from holdfast.evidence.template import is_template

_NAMES = re.compile(
    r"\b((first|last|fore|sur|full|child'?s?|family|given|client|pupil|service user) ?names?|forenames?|surnames?"
    r"|initials)\b|^names?$",
    re.I,
)
_BIRTH = re.compile(r"\b(d\.? ?o\.? ?b\.?|dates? of birth|birth ?dates?|born on|birthday)\b", re.I)
_NUMBER = re.compile(
    r"\b((child|person|client|case|lac|cla|mosaic|liquid ?logic|ics|nhs|pupil|ls|service user|swift|carefirst|unique)"
    r" ?(id|ids|identifier|number|no\.?|ref(erence)?)|upn|nhs ?no|uan|home office (ref(erence)?|number))\b",
    re.I,
)
_DAY = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}( .*)?|[0-9]{1,2}[/.-][0-9]{1,2}[/.-]((19|20)?[0-9]{2})")
_PERSON_NUMBER = re.compile(r"[A-Z]{0,3}[0-9]{5,12}|[0-9]{3} [0-9]{3} [0-9]{4}")
_PER_CHILD = re.compile(r"^(child|young person|yp|case|person) ?#?[0-9A-Z]{1,3}$", re.I)


def child_level(table: Table) -> Concern | None:
    """Why a table is taken to list children one by one, or None.

    A heading for names, dates of birth or case numbers over two rows is enough; so are columns full of days beside
    another column that differs in every row, or rows called "child 1", "child 2".

    Headings stand in one of the first ten rows; in the round's own template only in the first, so that a note such as
    "cannot be searched by date of birth" is a note.
    """
    words = _by_heading(table.rows, 1 if is_template(table) else 10) or _by_what_stands_there(table.rows)
    return Concern(Why.CHILD_LEVEL, words, table.where) if words else None


def _by_heading(rows: Sequence[Sequence[str]], within: int) -> str:
    for at, row in enumerate(rows[:within]):
        found = [
            (column, what)
            for column, cell in enumerate(row)
            for pattern, what in ((_BIRTH, "dates of birth"), (_NAMES, "names"), (_NUMBER, "case numbers"))
            if len(cell) <= 60 and pattern.search(cell)
        ]
        filled = [what for column, what in found if any(one[column].strip() for one in rows[at + 1 :])]
        if filled:
            return f"has a column of {' and of '.join(dict.fromkeys(filled))}"
    return ""


def _by_what_stands_there(rows: Sequence[Sequence[str]]) -> str:
    width = len(rows[0]) if rows else 0
    for column in range(width):
        cells = [row[column] for row in rows if row[column]]
        if sum(_PER_CHILD.match(cell) is not None for cell in cells) >= 2:
            return "has a row for each child"
        days = {cell for cell in cells if _DAY.fullmatch(cell)}
        if len(days) >= 3 and width >= 2 and not _same_day_of_the_year(days):
            return "has a day in each row, as a list of single children or events has"
        if sum(_PERSON_NUMBER.fullmatch(cell) is not None for cell in cells) >= 3 and len(set(cells)) == len(cells):
            return "has a number in each row that looks like a person's"
    return ""


def _same_day_of_the_year(days: set[str]) -> bool:
    """31 March of several years: periods, not children."""
    return len({re.sub(r"(19|20)[0-9]{2}|[/.-][0-9]{2}$", "", day) for day in days}) == 1


def note_to_sender(authority: str, name: str, concerns: Sequence[Concern]) -> str:
    """A letter for a person to check and send. It says where, and repeats nothing of what stands there."""
    parts = "\n".join(f"- {concern.part or 'the whole file'}: {concern.words}" for concern in concerns)
    return (
        f"Dear {authority or 'colleague'},\n\n"
        f"Thank you for your reply. The file “{name}” seems to hold more than you may have meant to send:\n\n{parts}\n\n"  # noqa: E501
        "We have not read, copied or passed on these parts. The file as received is kept apart, and we will delete it"
        " when you ask us to. Please tell us whether we should, and send the reply again without these parts. If they"
        " hold personal data of children, your data protection officer may need to know today.\n\nYours sincerely,\n"
    )
