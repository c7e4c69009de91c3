"""The page on which a lawyer reviews the rules: each rule beside its source, with its examples and a place to sign."""

from __future__ import annotations

from datetime import date
from typing import Any

from holdfast.duties.rule import Nation, Reference, Rule, Unit
from holdfast.duties.statute import Statute
from holdfast.worktime.words import say_day

_UNIT = {
    Unit.IMMEDIATE: "at once",
    Unit.ASAP: "as soon as practicable; no number",
    Unit.NO_SET_TIME: "no time is set",
    Unit.NOT_COMPUTED: "not counted, because the number is not verified",
    Unit.BEFORE_EVENT: "before the event",
}


def review_page(statute: Statute) -> str:
    """All rules and references as Markdown, one section each, by id."""
    head = [
        "# The rules beside their sources, for review",
        "",
        "Made from the rule files by `make docs`. Read each rule against the source named beside it; what is said to",
        "be not verified is what to look at first. Print it, and write in the last row.",
    ]
    every: list[Rule | Reference] = sorted([*statute.rules, *statute.references], key=lambda r: (r.id, _part(r)))
    return "\n".join(head + [line for rule in every for line in _section(rule)]) + "\n"


def _part(rule: Rule | Reference) -> str:
    return rule.part if isinstance(rule, Rule) else ""


def _section(rule: Rule | Reference) -> list[str]:
    part = f" ({_part(rule)})" if _part(rule) else ""
    rows = [
        ("what it asks", f"{rule.responsible} must {rule.must}"),
        *(_computed(rule) if isinstance(rule, Rule) else [("never computed", rule.reason)]),
        ("nations", ", ".join(n.value for n in Nation if n in rule.nations)),
        ("rests on", f"{rule.standing.value}; its number or time on: {rule.sustained_by.value}"),
        ("in force", _in_force(rule)),
        ("source", f"[{rule.source.title}]({rule.source.url}), {rule.source.paragraph}"),
        ("confidence", f"{rule.confidence}, last read {_day(rule.checked)}"),
        ("not verified", rule.unverified or "nothing noted"),
        *([("note", rule.notes)] if isinstance(rule, Rule) and rule.notes else []),
        ("reviewed by, on, agreed or changed", ""),
    ]
    table = ["| | |", "| --- | --- |", *(f"| {name} | {_cell(text)} |" for name, text in rows)]
    examples = [line for e in rule.examples for line in _example(e)] if isinstance(rule, Rule) else []
    return ["", f"## {rule.id}{part}: {rule.title}", "", *table, *examples]


def _computed(rule: Rule) -> list[tuple[str, str]]:
    due = rule.due
    counted = f"{due.amount} {due.unit.value.replace('_', ' ')}" + (f" ({due.regime})" if due.regime else "")
    return [
        ("starts when", rule.starts.say),
        ("and if", "; ".join(c.say for c in rule.starts.conditions if c.say) or "nothing more is assumed"),
        ("by when", _UNIT.get(due.unit, counted)),
        ("met by", rule.met.say),
    ]


def _in_force(rule: Rule | Reference) -> str:
    if not rule.commenced:
        return "passed, not in force"
    begins = "before the years that are computed" if rule.long_standing else f"from {_day(rule.in_force_from)}"
    return begins + (f", until {_day(rule.in_force_to)}" if rule.in_force_to else "")


def _day(day: date | None) -> str:
    return say_day(day, year=True) if day else "not recorded"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _example(example: dict[str, Any]) -> list[str]:
    lines = [f"  {line}" for line in example["timeline"]]
    return ["", f"{example['title']}:", "", "```", *lines, f"at {example['at']}: {example['expect']}", "```"]
