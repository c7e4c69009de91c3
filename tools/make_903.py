"""Make a fictional return of any size: two years of one county's children, for benches and tests.

    python tools/make_903.py FOLDER --children 800 --seed 903 --damage 0.02

writes FOLDER/this and FOLDER/last. Nobody in it exists: numbers, dates and moves are drawn from a seeded generator, and
the same seed gives the same bytes. `--damage` spoils that share of the cells.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

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


class County:
    """Draws children one after another."""

    def __init__(self, seed: int, collection_year: int) -> None:
        self.draw = random.Random(seed)
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
            yield from self._of_year(year, number, born, stays, absences, first_day, last_day, age_in_days)

    def _stays(self, began: date, ended: date | None, alone: bool) -> list[list[str | date | None]]:
        draw, stays, day, why = self.draw, [], began, "S"
        status, need = ("V2", "N8") if alone else (draw.choice(("C2", "C1", "V2")), draw.choice(("N1", "N5", "N1")))
        while True:
            moved = day + timedelta(days=draw.randint(20, 700))
            is_last = moved >= (ended or self.ends["this"])
            place = draw.choice(("U6", "U1", "U4", "K2", "K3" if alone else "P1"))
            if why == "L":
                place = str(stays[-1][4])
            until = ended if is_last else moved
            cause = draw.choice(("E4A", "E8", "E3", "E5")) if is_last and ended else "X1"
            provider = "PR0" if place == "P1" else draw.choice(("PR1", "PR4"))
            stays.append([day, why, status, need, place, provider, until, cause])
            if is_last:
                return stays
            day, why = moved, draw.choice("PPPPTLBU")
            if why in "LBU":
                status = draw.choice(("C2", "V2", "E1"))

    def _absences(self, began: date, until: date) -> list[tuple[str, date, date | None]]:
        draw, found = self.draw, []
        if draw.random() > 0.2:
            return found
        day = began + timedelta(days=draw.randint(1, 90))
        while day < until and len(found) < 25:
            back = day + timedelta(days=draw.choice((0, 0, 0, 1, 1, 2, 4, 9)))
            if back >= until:
                found.append((draw.choice("MMA"), day, until if until < self.ends["this"] else None))
                break
            found.append((draw.choice("MMA"), day, back))
            day = back + timedelta(days=draw.randint(1, 120))
        return found

    def _of_year(self, year, number, born, stays, absences, first_day, last_day, age_in_days) -> Iterator[Row]:  # noqa: ANN001
        draw = self.draw
        for day, why, status, need, place, provider, until, cause in stays:
            if day <= last_day and (until is None or until >= first_day):
                done = until is not None and until <= last_day
                end = [on(until), cause, draw.choice(("LAREQ", "CHILD", "CARPL")) if cause == "X1" else ""]
                fields = [number, on(day), why, status, need, place, provider, *(end if done else ["", "", ""])]
                yield (
                    year,
                    "episodes",
                    [*fields, "ZZ1 1ZZ", f"ZZ{draw.randint(1, 99)} {draw.randint(1, 9)}ZZ", "9999999"],
                )
        for category, day, back in absences:
            if day <= last_day and (back is None or back >= first_day):
                returned = on(back) if back and back <= last_day else ""
                yield year, "missing", [number, on(born), category, on(day), returned]
        start = max(first_day, stays[0][0])
        stop = min(last_day, stays[-1][6] or last_day)
        day = start + timedelta(days=draw.randint(10, 100))
        while day < stop:
            code = "PN0" if age_in_days < 4 * 365 else f"PN{draw.randint(1, 7)}"
            yield year, "reviews", [number, on(born), on(day), code]
            day += timedelta(days=draw.randint(90, 180))
        half = start + (stop - start) / 2
        worker = draw.randint(1, 60)
        if draw.random() < 0.5:
            yield year, "sw_episodes", [number, on(born), f"SW{worker}", on(start), "", "MANAGE"]
        else:
            yield year, "sw_episodes", [number, on(born), f"SW{worker}", on(start), on(half), "CHCHAN"]
            yield year, "sw_episodes", [number, on(born), f"SW{worker + 1}", on(half), "", "MANAGE"]


def spoilt(fields: list[str], damage: float, draw: random.Random) -> list[str]:
    """The fields of a row, some of them damaged."""
    return [draw.choice(DAMAGE) if draw.random() < damage else field for field in fields]


def make(folder: Path, *, children: int, seed: int = 903, damage: float = 0.0, collection_year: int = 2026) -> int:
    """Write the two years and return the number of rows. `collection_year` is the year in which this year ends."""
    county, spoiler = County(seed, collection_year), random.Random(seed + 1)
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


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folder", type=Path)
    words.add_argument("--children", type=int, default=800)
    words.add_argument("--seed", type=int, default=903)
    words.add_argument("--damage", type=float, default=0.0, help="share of cells to spoil, such as 0.02")
    words.add_argument("--collection-year", type=int, default=2026, help="the year in which this year's return ends")
    told = words.parse_args()
    rows = make(
        told.folder, children=told.children, seed=told.seed, damage=told.damage, collection_year=told.collection_year
    )
    print(f"{rows} rows of {told.children} fictional children in {told.folder}")


if __name__ == "__main__":
    main()
