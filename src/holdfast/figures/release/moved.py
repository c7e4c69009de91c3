"""What moved since the last release, and why: two manifests compared, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.figures.release.words import number_words

Manifest = Mapping[str, Any]
_MANY = 6
"""More names than this are counted, and the names are in the manifests."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure that is not what it was. `was` and `now` are in words; `why` in whole sentences."""

    name: str
    period: str
    was: str
    now: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`causes` are what changed at all; `moved` the figures; `same` how many stayed."""

    earlier: str
    later: str
    causes: tuple[str, ...]
    moved: tuple[Moved, ...]
    same: int


def compared(before: Manifest, after: Manifest) -> Comparison:
    """The two releases, `after` the later."""
    old = {(one["id"], one["period"]): one for one in before["figures"]}
    new = {(one["id"], one["period"]): one for one in after["figures"]}
    corrections = _new_corrections(before, after)
    moved = []
    for place, one in new.items():
        was = old.get(place)
        if was is None:
            moved.append(
                Moved(one["name"], one["period"], "not published", _said(one), ("It is published for the first time.",))
            )
        elif was["numbers"] != one["numbers"]:
            moved.append(
                Moved(one["name"], one["period"], _said(was), _said(one), _why(was, one, before, after, corrections))
            )
    for place, was in old.items():
        if place not in new:
            moved.append(
                Moved(was["name"], was["period"], _said(was), "not published", ("This release does not publish it.",))
            )
    same = sum(place in old and old[place]["numbers"] == one["numbers"] for place, one in new.items())
    return Comparison(before["name"], after["name"], _causes(before, after, corrections), tuple(moved), same)


def _said(figure: Mapping[str, Any]) -> str:
    return "; ".join(number_words(figure, one) for one in figure["numbers"]) or "no authority can be used"


def _new_corrections(before: Manifest, after: Manifest) -> list[Mapping[str, Any]]:
    """Those decided since; one that was waiting then and is decided now is new."""
    known = {(one["number"], one["decision"]) for one in before["corrections"]}
    return [one for one in after["corrections"] if (one["number"], one["decision"]) not in known]


def _causes(before: Manifest, after: Manifest, corrections: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    found = [correction_words(one) for one in corrections]
    if names := _changed_inputs(before, after):
        found.append(f"Input changed: {_list(names)}.")
    if code := _code_words(before, after):
        found.append(code)
    return tuple(found) or ("Neither the answers nor the program changed.",)


def correction_words(one: Mapping[str, Any]) -> str:
    """One correction as it is published."""
    asked = (
        f"Correction {one['number']}: on {one['asked_on']}, {one['authority']} asked for a correction of its answer on"
        f" {one['item']} for {one['period']}"
    )
    if not one["decided_by"]:
        return f"{asked}; it is not yet decided."
    return f"{asked}; {one['decided_by']} decided on {one['decided_on']}: {one['decision']}."


def _changed_inputs(before: Manifest, after: Manifest) -> list[str]:
    then, now = before["inputs"], after["inputs"]
    return [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]


def _code_words(before: Manifest, after: Manifest) -> str:
    then, now = before["code"], after["code"]
    if then == now:
        return ""
    return (
        f"Code changed: Holdfast {then['version']} ({then['digest'][:12]}) made the earlier release,"
        f" {now['version']} ({now['digest'][:12]}) this one."
    )


def _why(
    was: Mapping[str, Any], one: Mapping[str, Any], before: Manifest, after: Manifest,
    corrections: Sequence[Mapping[str, Any]],
) -> tuple[str, ...]:  # fmt: skip
    """Corrections of this figure's answers, authorities that came or went, other changed inputs, and the code."""
    own = [
        each
        for each in corrections
        if each["decision"] == "accepted"
        and each["item"] in one["items"]
        and each["period"] in (one["period"], one["since"])
    ]
    named = {each["authority"] for each in own}
    found = [f"A correction that {each['authority']} asked for was accepted (number {each['number']})." for each in own]
    came = [name for name in one["in_figure"] if name not in set(was["in_figure"])]
    went = [name for name in was["in_figure"] if name not in set(one["in_figure"])]
    if came:
        found.append(f"Input changed: {_authorities(came)} in it for the first time.")
    if went:
        found.append(f"Input changed: {_authorities(went)} no longer in it.")
    others = [name for name in _changed_answers(one, before, after) if name not in {*named, *came, *went}]
    if others:
        found.append(f"Input changed: {_answers(others)} read otherwise than before.")
    outside = [name for name in _changed_inputs(before, after) if name not in ("cells.csv", "corrections.csv")]
    if outside:
        found.append(f"Input changed: {_list(outside)}.")
    if before["code"] != after["code"]:
        also = " How much each of these moved it cannot be told from two releases alone." if found else ""
        found.append(f"Code changed.{also}")
    return tuple(found) or (
        "Its own answers are the same: a total beside it is now published, or no longer, so the range is another.",
    )


def _changed_answers(figure: Mapping[str, Any], before: Manifest, after: Manifest) -> list[str]:
    """Authorities whose answers to this figure's questions are not what they were."""
    places = [f"{period}: {item}" for item in figure["items"] for period in (figure["period"], figure["since"])]
    then, now = before["answers"], after["answers"]
    return [
        name
        for name in sorted({*then, *now})
        if any(then.get(name, {}).get(place) != now.get(name, {}).get(place) for place in places)
    ]


def _answers(names: Sequence[str]) -> str:
    if len(names) > _MANY:
        return f"answers of {len(names)} authorities are new, or"
    return f"answers of {_list(names)} are new, or"


def _authorities(names: Sequence[str]) -> str:
    if len(names) > _MANY:
        return f"{len(names)} authorities are"
    return f"{_list(names)} {'is' if len(names) == 1 else 'are'}"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
