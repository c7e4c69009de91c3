"""Small returns written on the spot. Nobody in them exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.returns.ssda903.intake import Return, read_return

HEADS = {
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
    "missing": "CHILD,DOB,MISSING,MIS_START,MIS_END",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
    "sw_episodes": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
    "uasc": "CHILD,SEX,DOB,DUC",
}

# Tuan: unaccompanied, in supported accommodation, missing twice. Amina: moved once, then her legal status changed.
TUAN = {
    "header": ["T1,M,04/07/2009,AOTH,A123456789012,,"],
    "episodes": ["T1,01/05/2025,S,V2,N8,K3,PR4,,,,ME1 1AA,ME2 2BB,1234567"],
    "missing": ["T1,04/07/2009,M,10/06/2025,12/06/2025", "T1,04/07/2009,A,01/02/2026,01/02/2026"],
    "uasc": ["T1,M,04/07/2009,04/07/2027"],
}
AMINA = {
    "header": ["A1,F,12/03/2010,BAFR,UN4,,"],
    "episodes": [
        "A1,02/09/2024,S,C1,N1,U6,PR1,15/10/2025,X1,CREQB,,,",
        "A1,15/10/2025,P,C1,N1,K2,PR4,20/12/2025,X1,,,,",
        "A1,20/12/2025,L,C2,N1,K2,PR4,,,,,,",
    ],
    "reviews": ["A1,12/03/2010,03/11/2025,PN1"],
    "sw_episodes": ["A1,12/03/2010,SW7,02/09/2025,,MANAGE"],
}


def both(*children: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The rows of several children by table."""
    found: dict[str, list[str]] = {}
    for child in children:
        for table, rows in child.items():
            found.setdefault(table, []).extend(rows)
    return found


def write(folder: Path, tables: Mapping[str, Iterable[str]], *, newline: str = "\n", encoding: str = "utf-8") -> Path:
    """Write tables into a folder as files named after them."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        text = newline.join([HEADS[table], *rows, ""])
        (folder / f"{table}.csv").write_bytes(text.encode(encoding))
    return folder


def read(folder: Path, **words: object) -> Return:
    """Read as Marrowshire's, and see that every row of every file is accounted for."""
    told = read_return(folder, authority="MAR", **words)  # type: ignore[arg-type]
    for file in told.report.files:
        assert file.read == file.taken + file.refused + file.not_used, file
    assert told.report.refused == len(told.report.kept_aside)
    return told


def drafts(told: Return, number: str) -> list[tuple[str, str]]:
    """Kinds and days of one child's facts."""
    return [(d.kind, d.occurred.day.isoformat()) for d in told.child(number).drafts]


def told_of(told: Return) -> dict[str, tuple[Draft, ...]]:
    """Facts by child."""
    return {child.number: child.drafts for child in told.children()}


def as_entries(found: Iterable[Draft], child: str = "c1", at_second: int = 0) -> list[Entry]:
    """Drafts as the record would hold them."""
    from datetime import UTC, datetime, timedelta

    at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=at_second)
    return [
        Entry(
            id=f"{at_second}-{n:04d}",
            child=child,
            kind=d.kind,
            occurred=d.occurred,
            recorded_at=at,
            details=d.details,
            source=d.source,
            reference=d.reference,
            corrects=d.corrects,
            withdraws=d.withdraws,
        )
        for n, d in enumerate(found)
    ]
