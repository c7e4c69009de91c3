"""A report on its way into the record: the answers so far, and what they come to.

The answers are kept as they were typed, each with the time at which it was given: "today", typed before midnight, is
still the same day when the report is checked after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.datastructures import MultiValueDict

from holdfast.missing.models import ReportDraft
from holdfast.missing.report import PoliceTold, Report
from holdfast.missing.report_kinds import (
    AppearanceTold,
    Attempt,
    AttemptsTold,
    PlacesTold,
    Whereabouts,
    WhereaboutsTold,
    WorriesTold,
    Worry,
)
from holdfast.web.report_questions import QUESTIONS, ReportQuestion, make_form

Forces = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Begun:
    """The report about one child that one person has begun. `row` is None before the first answer."""

    ref: str
    child: str
    row: ReportDraft | None = None
    forces: Forces = ()
    reporter: str = ""
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def as_text(self) -> str:
        return json.dumps(self.answers, sort_keys=True)

    @property
    def shared(self) -> str:
        """What a second child's report can begin with."""
        return json.dumps({s: a for s, a in self.answers.items() if QUESTIONS[s].is_shared}, sort_keys=True)

    @property
    def mark(self) -> str:
        """Changes when any answer changes: another window may have changed them meanwhile."""
        return hashlib.sha256(self.as_text.encode()).hexdigest()[:16]

    def slugs(self) -> list[str]:
        """The questions that are asked, in order."""
        return [s for s in QUESTIONS if self._is_asked(s)]

    def _is_asked(self, slug: str) -> bool:
        if QUESTIONS[slug].is_extra:
            return slug in self.answers
        return slug != "call" or self._typed("police").get("told") == ["yes"]

    def _typed(self, slug: str) -> Mapping[str, list[str]]:
        typed: Mapping[str, list[str]] = self.answers.get(slug, {}).get("typed", {})
        return typed

    def form(self, slug: str, now: datetime, data: Any = None) -> ReportQuestion:
        """The form of one question: bound to what was posted, else to what was answered before, else empty."""
        typed, at = data, now
        if data is None and slug in self.answers:
            typed, at = MultiValueDict(self._typed(slug)), datetime.fromisoformat(self.answers[slug]["at"])
        return make_form(slug, typed, now=at, child=self.child, forces=self.forces, initial=self.initial(slug))

    def initial(self, slug: str) -> dict[str, str]:
        """What a question begins with: who is on shift, and what the profile holds."""
        return {"by": self.reporter} if slug == "reach" else dict(self.known.get(slug, {}))

    def answer(self, slug: str, form: ReportQuestion, now: datetime) -> None:
        """Keep one answer as it was typed."""
        kept = {"unknown"} if form.is_unknown else {*form.fields}
        data = MultiValueDict(form.data) if not isinstance(form.data, MultiValueDict) else form.data
        typed = {n: data.getlist(n) for n in data if n in kept}
        self.answers[slug] = {"at": now.isoformat(), "typed": typed}

    def is_answered(self, slug: str) -> bool:
        return slug in self.answers

    def next_question(self) -> str | None:
        """The first question without an answer; None when the answers can be checked."""
        return next((s for s in self.slugs() if s not in self.answers), None)

    @property
    def can_be_reported(self) -> bool:
        """Whether what cannot wait is answered; the rest can follow."""
        return all(s in self.answers for s, asked in QUESTIONS.items() if asked.is_needed)

    def forms(self, now: datetime) -> dict[str, ReportQuestion]:
        """Every answered question with its cleaned answers."""
        found = {s: self.form(s, now) for s in self.slugs() if s in self.answers}
        for form in found.values():
            form.is_valid()
        return found

    def report(self, now: datetime) -> Report:
        """What the answers so far come to."""
        return report_of(self.forms(now))


def begun_from(
    ref: str,
    child: str,
    row: ReportDraft | None,
    forces: Forces = (),
    reporter: str = "",
    known: Mapping[str, Mapping[str, str]] | None = None,
) -> Begun:
    """The report that a row keeps; an empty one where there is none."""
    begun = Begun(ref, child, row, forces, reporter, known or {})
    if row is not None:
        kept = json.loads(row.answers)
        begun.answers = {slug: kept[slug] for slug in QUESTIONS if slug in kept}
    return begun


def report_of(forms: Mapping[str, ReportQuestion]) -> Report:
    """Cleaned answers as a report. A question that was not answered is not known."""
    ask = _Asked(forms)
    told = ask.chosen("police", "told")
    seen, when, call = forms.get("seen"), forms.get("when"), forms.get("call")
    return Report(
        noticed=getattr(when, "stretch", None),
        noticed_by=ask.words("when", "by"),
        whereabouts=WhereaboutsTold(
            Whereabouts(w) if (w := ask.chosen("where", "whereabouts")) else None,
            ask.words("where", "where"),
            ask.words("where", "known_by"),
        ),
        last_seen=getattr(seen, "stretch", None),
        last_seen_where=ask.words("seen", "where"),
        last_seen_by=ask.words("seen", "by"),
        appearance=AppearanceTold(*(ask.words("wearing", n) for n in ("wearing", "carrying", "phone"))),
        worries=WorriesTold(
            tuple(Worry(w) for w in ask.ticked("worry", "worries")),
            ask.words("worry", "why"),
            ask.words("worry", "harm_from"),
        ),
        places=PlacesTold(
            {"yes": True, "no": False}.get(ask.chosen("before", "gone_before") or ""),
            ask.words("before", "might_be"),
            ask.words("before", "with_whom"),
        ),
        attempts=AttemptsTold(tuple(Attempt(a) for a in ask.ticked("tried", "attempts")), ask.words("tried", "what")),
        police_told={"yes": True, "not-yet": False}.get(told or ""),
        police=_police(ask, getattr(call, "stretch", None)) if told == "yes" else None,
        reporter=ask.words("reach", "by"),
        ring=ask.words("reach", "ring"),
        written=paper.moment if (paper := getattr(forms.get("paper"), "stretch", None)) else None,
        written_by=ask.words("paper", "written_by"),
    )


def _police(ask: _Asked, stretch: Any) -> PoliceTold:
    force = ask.chosen("call", "force") or None
    return PoliceTold(
        stretch.as_one_moment if stretch else None,
        ask.words("call", "reference"),
        ask.words("call", "call_taker"),
        force,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    forms: Mapping[str, ReportQuestion]

    def words(self, slug: str, name: str) -> str | None:
        return self.forms[slug].words(name) if slug in self.forms else None

    def chosen(self, slug: str, name: str) -> str | None:
        return self.forms[slug].chosen(name) if slug in self.forms else None

    def ticked(self, slug: str, name: str) -> Iterator[str]:
        return (v for v in (self.forms[slug].chosen(name) or () if slug in self.forms else ()) if v != "none")
