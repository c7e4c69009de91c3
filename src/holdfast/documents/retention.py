"""Until when a child's record must be kept: `retention.toml`, each rule with its source and whether it was read.

Pure but for the file. Northern Ireland has no rule here: none was found, and none is made up.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Keeping:
    """One nation's rule: years from birth, years from a death before eighteen, since when, from where, whether the
    law's own words were read (`is_checked`)."""

    nation: str
    years: int
    years_after_death: int
    from_day: date
    source: str
    paragraph: str
    is_checked: bool
    note: str

    def until(self, born: date, died: date | None = None) -> date:
        """The first day on which the law no longer asks for the record. A death counts only before eighteen."""
        if died is not None and died < _years_on(born, 18):
            return _years_on(died, self.years_after_death)
        return _years_on(born, self.years)


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: the law asks for the whole day before
        return date(day.year + years, 3, 1)


@cache
def rules() -> dict[str, Keeping]:
    """Every rule, by nation."""
    text = files("holdfast.documents").joinpath("retention.toml").read_text(encoding="utf-8")
    return {
        nation: Keeping(
            nation, is_checked=said["checked"] == "yes", **{k: v for k, v in said.items() if k != "checked"}
        )
        for nation, said in tomllib.loads(text).items()
    }


def say_until(nation: str, born: date | None) -> str:
    """Until when a record is kept, in a sentence that says what is not known."""
    rule = rules().get(nation)
    if rule is None:
        return "How long the record is kept: no rule of this nation is known here. Ask the council."
    law = f"{rule.source}, {rule.paragraph}"
    unread = "" if rule.is_checked else " This was not checked against the law's own words."
    if born is None:
        return f"The record is kept until the {rule.years}th birthday at least ({law}).{unread}"
    until = rule.until(born)
    return f"The record is kept until {until.day} {until:%B %Y} at least ({law}).{unread}"
