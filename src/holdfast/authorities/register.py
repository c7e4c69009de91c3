"""Which authority a name or a code means on a day."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Nation(StrEnum):
    """The nation whose law applies. The values are the words used on the command line."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"

    @property
    def words(self) -> str:
        """As written in a sentence."""
        return self.value.replace("-", " ").title()


@dataclass(frozen=True, slots=True)
class DatedCode:
    """A code and the days (both included) on which it was in use; None where our source gives no day."""

    code: str
    since: date | None
    until: date | None
    source: str

    def in_use(self, on: date) -> bool:
        """Whether the code was in use on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Authority:
    """One body with the duty to look after children. `became` holds the ids of those that replaced it."""

    id: str
    name: str
    official_name: str
    nation: Nation
    region: str
    kind: str
    since: date | None
    until: date | None
    became: tuple[str, ...]
    codes: tuple[DatedCode, ...]
    source: str

    def existed(self, on: date) -> bool:
        """Whether it had the duty on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def code(self, on: date) -> str | None:
        """Its Office for National Statistics code on that day; None where it has none (the five trusts)."""
        fitting = [code.code for code in self.codes if code.in_use(on)]
        return fitting[-1] if fitting else None


class NoSuchAuthority(LookupError):
    """No authority has that name or code on that day. The message says what is known instead."""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()))


@cache
def every_authority() -> tuple[Authority, ...]:
    """All authorities that were, are or are to come, by nation and name."""
    codes: dict[str, list[DatedCode]] = {}
    for row in _rows("codes.csv"):
        code = DatedCode(row["code"], _day(row["since"]), _day(row["until"]), row["source"])
        codes.setdefault(row["id"], []).append(code)
    return tuple(
        Authority(
            id=row["id"],
            name=row["name"],
            official_name=row["official_name"],
            nation=Nation(row["nation"].lower().replace(" ", "-")),
            region=row["region"],
            kind=row["kind"],
            since=_day(row["since"]),
            until=_day(row["until"]),
            became=tuple(row["became"].split()),
            codes=tuple(codes.get(row["id"], ())),
            source=row["source"],
        )
        for row in _rows("places.csv")
    )


def authorities(on: date, nation: Nation | None = None) -> tuple[Authority, ...]:
    """Those that had the duty on that day."""
    return tuple(one for one in every_authority() if one.existed(on) and nation in (None, one.nation))


# Words that say what sort of council it is and not which one.
_SORT_OF_BODY = re.compile(
    r"\b(the|london borough of|royal borough of|city of|county of|borough of|council of the|metropolitan|borough"
    r"|county|city|district|council|corporation|health and social care trust|hsc trust|hsct|trust|cc|bc|mbc|dc|lb)\b"
)


def plain_name(name: str) -> str:
    """A name as it is compared: small letters, `and` for `&`, without the words for the sort of body."""
    words = re.sub(r"[^a-z ]", " ", name.casefold().replace("&", " and ").replace("'", ""))
    return " ".join(_SORT_OF_BODY.sub(" ", words).split())


@cache
def _by_name() -> dict[str, tuple[Authority, ...]]:
    known: dict[str, list[Authority]] = {}
    for one in every_authority():
        for name in {
            one.name.casefold(),
            one.official_name.casefold(),
            plain_name(one.name),
            plain_name(one.official_name),
        }:
            known.setdefault(name, []).append(one)
    return {name: tuple(them) for name, them in known.items()}


@cache
def _by_code() -> dict[str, tuple[Authority, ...]]:
    known: dict[str, list[Authority]] = {}
    for one in every_authority():
        for code in {one.id, *(dated.code for dated in one.codes)}:
            known.setdefault(code.casefold(), []).append(one)
    return {code: tuple(them) for code, them in known.items()}


def authority(code_or_name: str, on: date) -> Authority:
    """The authority that had this code or name and the duty on that day.

    A former code finds the same authority while it existed. Raises NoSuchAuthority with a plain sentence:
    nothing is guessed from part of a name.
    """
    asked = " ".join(code_or_name.split()).casefold()
    found = _by_code().get(asked) or _by_name().get(asked) or _by_name().get(plain_name(asked), ())
    fitting = [one for one in found if one.existed(on)]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        raise NoSuchAuthority(f"{code_or_name!r} could be {' or '.join(one.name for one in fitting)}")
    if found:
        one = found[0]
        if one.until is not None and one.until < on:
            after = " and ".join(heir.name for heir in every_authority() if heir.id in one.became)
            raise NoSuchAuthority(f"{one.name} ended on {one.until:%-d %B %Y} and became {after}")
        raise NoSuchAuthority(f"{one.name} begins on {one.since:%-d %B %Y}")
    raise NoSuchAuthority(f"no authority that looks after children is called {code_or_name!r} or has that code")
