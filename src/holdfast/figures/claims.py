"""Every percentage of the published series, held to the numbers that it should follow from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from holdfast.evidence.national import national_table
from holdfast.figures.percent import Percent, fitting_denominators, growth, said


class Verdict(StrEnum):
    """What the arithmetic says of a printed claim."""

    AGREES = "agrees"
    DISAGREES = "does not agree"
    UNCHECKED = "cannot be checked"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as published: `top` of `bottom`, or for a change from `bottom` to `top`."""

    id: str
    report: str
    period: str
    says: str
    kind: str
    top: int | None
    bottom: int | None
    published: str
    place: str
    note: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with its verdict and the reason, in a sentence. `recomputed` is what the numbers give."""

    claim: Claim
    verdict: Verdict
    recomputed: str
    reason: str


def claims() -> tuple[Claim, ...]:
    """The claims shipped."""
    return tuple(
        Claim(
            row["id"],
            row["report"],
            row["period"],
            row["says"],
            row["kind"],
            int(row["top"]) if row["top"] else None,
            int(row["bottom"]) if row["bottom"] else None,
            row["published"],
            row["place"],
            row["note"],
        )
        for row in national_table("published.csv")
    )


def check(claim: Claim) -> Checked:
    """Whether the printed claim follows from its numbers."""
    if claim.top is None or claim.bottom is None:
        return Checked(claim, Verdict.UNCHECKED, "", claim.note or "the numbers behind it were not found")
    if claim.kind == "share":
        return _share(claim, claim.top, claim.bottom)
    if claim.kind == "change":
        return _change(claim, claim.top, claim.bottom)
    if claim.kind == "added":
        return _added(claim, claim.top, claim.bottom)
    return _fraction(claim, claim.top, claim.bottom)


def _share(claim: Claim, part: int, whole: int) -> Checked:
    share, percent = Fraction(part, whole), Percent.printed(claim.published)
    recomputed = f"{said(share)} %"
    sentence = f"{part:,} of {whole:,} is {said(share)} %"
    if percent.fits(share):
        return Checked(claim, Verdict.AGREES, recomputed, sentence)
    least, most = fitting_denominators(part, percent)
    fits = f"{least:,} to {most:,}" if most is not None else f"{least:,} or more"
    return Checked(
        claim, Verdict.DISAGREES, recomputed, f"{sentence}; {claim.published} % needs a denominator of {fits}"
    )


def _change(claim: Claim, after: int, before: int) -> Checked:
    rise, percent = growth(before, after), Percent.printed(claim.published)
    recomputed, sentence = f"+{said(rise)} %", f"{before:,} to {after:,} is +{said(rise)} %"
    if percent.fits(rise):
        return Checked(
            claim,
            Verdict.AGREES,
            recomputed,
            sentence + "; whether the same authorities answered both times is not known",
        )
    return Checked(
        claim, Verdict.DISAGREES, recomputed, f"{sentence}; {wrong_base(before, after, percent)}".rstrip("; ")
    )


def wrong_base(before: int, after: int, percent: Percent) -> str:
    """How the printed percentage of a change came about, where a wrong base explains it; else empty."""
    printed = said(percent.value / 100, 0) if percent.value.denominator == 1 else said(percent.value / 100)
    if after and percent.fits(abs(Fraction(after - before, after))):
        return f"{printed} is the difference divided by the new number, not by the old"
    if after and percent.fits(Fraction(before, after)):
        return f"{printed} is the old number as a share of the new, not a change"
    if before and percent.fits(Fraction(after, before)):
        return f"{printed} is the new number as a share of the old, not a change"
    return ""


def _added(claim: Claim, one: int, other: int) -> Checked:
    least, most = max(one, other), one + other
    return Checked(
        claim,
        Verdict.DISAGREES,
        f"{least:,} to {most:,}",
        f"{one:,} and {other:,} overlap by a number that is not known: {least:,} to {most:,} different children",
    )


def _fraction(claim: Claim, part: int, whole: int) -> Checked:
    """ "Over 1 in 6", "one in three", "almost 20%"."""
    share = Fraction(part, whole)
    wanted = Fraction(claim.published) if "/" in claim.published else Fraction(claim.published) / 100
    sentence = f"{part:,} of {whole:,} is {said(share)} %"
    if claim.kind == "over":
        fits = wanted < share
    elif claim.kind == "almost":
        fits = wanted - Fraction(1, 100) <= share < wanted
    else:
        fits = abs(share - wanted) <= Fraction(1, 100)
    if fits:
        return Checked(claim, Verdict.AGREES, f"{said(share)} %", sentence)
    return Checked(claim, Verdict.DISAGREES, f"{said(share)} %", f"{sentence}, and the words say {said(wanted)} %")


def checked_claims() -> tuple[Checked, ...]:
    """Every shipped claim with its verdict, in the order of publication."""
    return tuple(check(claim) for claim in claims())
