"""A made-up return of any size: two years of one county's children, for the demonstration, benches and tests.

Nobody in it exists: numbers, dates and moves are drawn from a seeded generator, and the same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

COLUMNS = {
    "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "episodes": "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
    "missing": "CHILD DOB MISSING MIS_START MIS_END",
    "reviews": "CHILD DOB REVIEW REVIEW_CODE",
    "sw_episodes": "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON",
    "uasc": "CHILD SEX DOB DUC",
    "oc2": "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT",
    "previous_permanence": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
}
ETHNICITIES = ("WBRI", "WOTH", "MWBC", "APKN", "ABAN", "AOTH", "BAFR", "BCRB", "BOTH", "OOTH")
DAMAGE = ("", "ZZ9", "31/02/2025", "2025-02-30", "99/99/9999", "é¤", "-")

Row = tuple[str, str, list[str]]  # year folder, table, fields


def on(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


class Stay(NamedTuple):
    """One episode of care, and why it began and ended, in the codes of the return."""

    day: date
    why: str
    status: str
    need: str
    place: str
    provider: str
    until: date | None
    cause: str


class Absence(NamedTuple):
    """One time missing (M) or away (A)."""

    category: str
    day: date
    back: date | None


class Drawn(NamedTuple):
    """A child as drawn."""

    number: str
    born: date
    age_in_days: int
    stays: list[Stay]
    absences: list[Absence]


class County:
    """Draws children one after another."""

    def __init__(self, seed: int, collection_year: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311  (made-up data, nothing secret)
        self.ends = {"this": date(collection_year, 3, 31), "last": date(collection_year - 1, 3, 31)}

    def child(self, n: int) -> Iterator[Row]:
        """The rows of one child in both years."""
        draw, number = self.draw, f"M{1_000_000 + n}"
        alone = draw.random() < 0.1
        age_in_days = draw.randint(15 * 365, 17 * 365) if alone else draw.randint(100, 17 * 365)
        began = self.ends["last"] + timedelta(days=draw.randint(-900, 330))
        born = began - timedelta(days=age_in_days)
        ended = began + timedelta(days=draw.randint(60, 1500)) if draw.random() < 0.45 else None
        grown_up = born + timedelta(days=6574)
        ended = min(ended or grown_up, grown_up)
        stays = self._stays(began, ended, alone)
        if ended and ended > self.ends["this"]:
            ended = None
        absences = self._absences(began, ended or self.ends["this"]) if age_in_days > 11 * 365 else []
        pupil = f"{draw.choice('ABCDEFGH')}{draw.randint(10**11, 10**12 - 1)}"
        sex, ethnicity = ("M" if alone or draw.random() < 0.55 else "F"), draw.choice(ETHNICITIES)
        for year, last_day in self.ends.items():
            first_day = date(last_day.year - 1, 4, 1)
            if began > last_day or (ended and ended < first_day):
                continue
            yield year, "header", [number, sex, on(born), ethnicity, pupil, "", ""]
            yield year, "previous_permanence", [number, on(born), "Z1", "", ""]
            if age_in_days > 4 * 365:
                yield year, "oc2", [number, on(born), str(draw.randint(0, 40)), "", "0", "1", "1", "1", "1"]
            if alone:
                yield year, "uasc", [number, sex, on(born), on(born + timedelta(days=6574))]
            yield from self._of_year(year, Drawn(number, born, age_in_days, stays, absences), first_day, last_day)

    def _stays(self, began: date, ended: date | None, alone: bool) -> list[Stay]:
        stays: list[Stay] = []
        draw, day, why = self.draw, began, "S"
        status, need = ("V2", "N8") if alone else (draw.choice(("C2", "C1", "V2")), draw.choice(("N1", "N5", "N1")))
        while True:
            moved = day + timedelta(days=draw.randint(20, 700))
            is_last = moved >= (ended or self.ends["this"])
            place = draw.choice(("U6", "U1", "U4", "K2", "K3" if alone else "P1"))
            if why == "L":
                place = stays[-1].place
            until = ended if is_last else moved
            cause = draw.choice(("E4A", "E8", "E3", "E5")) if is_last and ended else "X1"
            provider = "PR0" if place == "P1" else draw.choice(("PR1", "PR4"))
            stays.append(Stay(day, why, status, need, place, provider, until, cause))
            if is_last:
                return stays
            day, why = moved, draw.choice("PPPPTLBU")
            if why in "LBU":
                status = draw.choice(("C2", "V2", "E1"))

    def _absences(self, began: date, until: date) -> list[Absence]:
        found: list[Absence] = []
        draw = self.draw
        if draw.random() > 0.2:
            return found
        day = began + timedelta(days=draw.randint(1, 90))
        while day < until and len(found) < 25:
            back = day + timedelta(days=draw.choice((0, 0, 0, 1, 1, 2, 4, 9)))
            if back >= until:
                found.append(Absence(draw.choice("MMA"), day, until if until < self.ends["this"] else None))
                break
            found.append(Absence(draw.choice("MMA"), day, back))
            day = back + timedelta(days=draw.randint(1, 120))
        return found

    def _of_year(self, year: str, child: Drawn, first_day: date, last_day: date) -> Iterator[Row]:
        draw, known = self.draw, [child.number, on(child.born)]
        for stay in child.stays:
            if stay.day <= last_day and (stay.until is None or stay.until >= first_day):
                done = stay.until is not None and stay.until <= last_day
                change = draw.choice(("LAREQ", "CHILD", "CARPL")) if stay.cause == "X1" else ""
                end = [on(stay.until), stay.cause, change] if done else ["", "", ""]
                place = [stay.why, stay.status, stay.need, stay.place, stay.provider]
                posts = ["ZZ1 1ZZ", f"ZZ{draw.randint(1, 99)} {draw.randint(1, 9)}ZZ", "9999999"]
                yield year, "episodes", [child.number, on(stay.day), *place, *end, *posts]
        for absence in child.absences:
            if absence.day <= last_day and (absence.back is None or absence.back >= first_day):
                back = on(absence.back) if absence.back and absence.back <= last_day else ""
                yield year, "missing", [*known, absence.category, on(absence.day), back]
        start = max(first_day, child.stays[0].day)
        stop = min(last_day, child.stays[-1].until or last_day)
        day = start + timedelta(days=draw.randint(10, 100))
        while day < stop:
            code = "PN0" if child.age_in_days < 4 * 365 else f"PN{draw.randint(1, 7)}"
            yield year, "reviews", [*known, on(day), code]
            day += timedelta(days=draw.randint(90, 180))
        half = start + (stop - start) / 2
        worker = draw.randint(1, 60)
        if draw.random() < 0.5:
            yield year, "sw_episodes", [*known, f"SW{worker}", on(start), "", "MANAGE"]
        else:
            yield year, "sw_episodes", [*known, f"SW{worker}", on(start), on(half), "CHCHAN"]
            yield year, "sw_episodes", [*known, f"SW{worker + 1}", on(half), "", "MANAGE"]


def spoilt(fields: list[str], damage: float, draw: random.Random) -> list[str]:
    """The fields of a row, some of them damaged."""
    return [draw.choice(DAMAGE) if draw.random() < damage else field for field in fields]


def write_return(folder: Path, *, children: int, seed: int, collection_year: int, damage: float = 0.0) -> int:
    """Write FOLDER/this and FOLDER/last as CSV tables and return the number of rows.

    `collection_year` is the year in which this year's return ends. `damage` is the share of cells to spoil.
    """
    county = County(seed, collection_year)
    spoiler = random.Random(seed + 1)  # noqa: S311
    rows, files, writers = 0, [], {}
    try:
        for year in county.ends:
            (folder / year).mkdir(parents=True, exist_ok=True)
            for table, columns in COLUMNS.items():
                file = (folder / year / f"{table}.csv").open("w", encoding="utf-8", newline="")
                files.append(file)
                writers[year, table] = csv.writer(file)
                writers[year, table].writerow(columns.split())
        for n in range(children):
            for year, table, fields in county.child(n):
                writers[year, table].writerow(spoilt(fields, damage, spoiler) if damage else fields)
                rows += 1
    finally:
        for file in files:
            file.close()
    return rows
