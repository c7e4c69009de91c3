"""The law as timelines: each scene is run, and the same files make docs/reference/duties.md.

Write the reference anew with `python tests/spec/duties/test_duty_scenes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from holdfast.config.vocabulary import vocabulary
from holdfast.duties.obligation import Obligation
from holdfast.duties.rule import Nation, Reference, Rule, Unit
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute
from holdfast.duties.timeline import describe_all, read_time, run
from holdfast.worktime.words import say_count

HERE = Path(__file__).parent
REFERENCE = HERE.parents[2] / "docs" / "reference" / "duties.md"


@dataclass
class Scene:
    title: str
    nation: Nation = Nation.ENGLAND
    timeline: list[str] = field(default_factory=list)
    at: str = ""
    known: str | None = None
    expected: list[tuple[str, str]] = field(default_factory=list)

    def obligations(self, rule: str) -> tuple[list[Obligation], datetime]:
        at = read_time(self.at).at
        known = read_time(self.known).at if self.known else None
        found = run(self.timeline, at, statute(), self.nation, vocabulary(), as_known_at=known)
        return [o for o in found if o.rule.id == rule], at


def read_scenes(text: str) -> tuple[str, list[Scene]]:
    """The heading with its words, and the scenes of one file. An unknown line is an error."""
    heading, *blocks = text.split("\nscene: ")
    scenes = []
    for block in blocks:
        title, *lines = block.strip().splitlines()
        scene = Scene(title)
        for line in lines:
            word, _, rest = line.strip().partition(" ")
            if line.startswith("  "):
                scene.timeline.append(line.strip())
            elif word == "in":
                scene.nation = Nation(rest)
            elif word == "at":
                scene.at = rest
            elif word == "known":
                scene.known = rest
            elif word == "expect":
                rule, _, expected = rest.partition("  ")
                scene.expected.append((rule, expected))
            else:
                raise ValueError(f"{title}: {line!r}")
        scenes.append(scene)
    return heading.strip(), scenes


FILES = [read_scenes(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.txt"))]
EXPECTATIONS = [
    pytest.param(scene, rule, expected, id=f"{scene.title}: {rule}")
    for _, scenes in FILES
    for scene in scenes
    for rule, expected in scene.expected
]


@pytest.mark.parametrize(("scene", "rule", "expected"), EXPECTATIONS)
def test_a_scene_gives_what_it_says(scene: Scene, rule: str, expected: str) -> None:
    found, at = scene.obligations(rule)
    assert describe_all(found, at) == expected


def test_every_scene_expects_something() -> None:
    assert all(scene.expected and scene.timeline and scene.at for _, scenes in FILES for scene in scenes)


def test_the_reference_is_current() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == the_reference(), "run python tests/spec/duties/test_duty_scenes.py"


INTRODUCTION = """# What the law requires

Made from the rule files in `src/holdfast/duties/statute/` and the scenes in `tests/spec/duties/`; do not edit it here.

Each rule says what it rests on: **law** (an Act or regulations), **guidance** (to be followed unless there is good
reason not to), **local** (a setting of one area, never law) or **practice**. Where the reading of a rule has not been
checked against its text, it says so.

How times are counted:

- A deadline in days, weeks or months ends with its last day, on the UK clock. The day of the event is day nought.
- Months end on the corresponding date, or on the last day of a shorter month.
- Hours are elapsed hours, through nights, weekends and clock changes.
- "At once" has no number of minutes: it is overdue while it is not done; when it is done, the delay is stated.
- "As soon as practicable" and a duty that begins after some hours are open until done, and never overdue.
- What is known only to the day or the hour is counted from the earliest that it can have been; it is overdue only when
  the latest has passed.
- Where a detail that a rule asks about is not recorded, the stricter reading is used, and the reason says so. A duty
  that only some placements have (one outside the area) starts only where the record says so: none is made of a blank.
"""


def _by_when(rule: Rule) -> str:
    due = rule.due
    words = {
        Unit.IMMEDIATE: "at once",
        Unit.ASAP: "as soon as practicable",
        Unit.NO_SET_TIME: "no set time",
        Unit.NOT_COMPUTED: "not counted: the number is not verified",
        Unit.SCHOOL_DAYS_THRESHOLD: f"once {due.amount} school days are over",
        Unit.YEARS_RETENTION: f"for {due.amount} years",
        Unit.WINDOW_BEFORE: f"in the {due.amount} days before",
        Unit.BEFORE_EVENT: "before it",
        Unit.HOURS_THRESHOLD: f"once {due.amount} hours have passed",
        Unit.MINIMUM_DAYS: f"for at least {due.amount} days",
    }
    return words.get(due.unit) or say_count(due.amount, due.unit.value.replace("_", " ").removesuffix("s"))


def _rule_row(rule: Rule) -> str:
    name = f"{rule.id}<br>{rule.part}" if rule.part else rule.id
    source = f"[{rule.source.title}]({rule.source.url}), {rule.source.paragraph}"
    doubt = f" *Not verified: {rule.unverified}*" if rule.unverified else ""
    duty = f"{rule.starts.say}: {rule.responsible} must {rule.must}."
    low = " **Unverified.**" if rule.confidence == "low" else ""
    rests = rule.standing.value if rule.commenced else f"{rule.standing.value}, not in force"
    return f"| {name} | {duty} | {_by_when(rule)} | {rests} | {source}.{low}{doubt} |"


def _nation_of(nations: frozenset[Nation]) -> str:
    words = {n: n.value.replace("-", " ").title() for n in Nation}
    return "The whole United Kingdom" if len(nations) == 4 else " and ".join(words[n] for n in Nation if n in nations)


def _rules_by_nation() -> list[str]:
    lines: list[str] = []
    every = sorted(statute().rules, key=lambda r: r.key)
    for nations in dict.fromkeys(r.nations for r in sorted(every, key=lambda r: (len(r.nations), min(r.nations)))):
        lines += ["", f"### {_nation_of(nations)}", ""]
        lines += ["| rule | duty | by when | rests on | source |", "| --- | --- | --- | --- | --- |"]
        lines += [_rule_row(rule) for rule in every if rule.nations == nations]
    return lines


def _reference_row(reference: Reference) -> str:
    source = f"[{reference.source.title}]({reference.source.url}), {reference.source.paragraph}"
    doubt = f" *Not verified: {reference.unverified}*" if reference.unverified else ""
    rests = reference.standing.value if reference.commenced else f"{reference.standing.value}, not in force"
    who = f"{reference.responsible[0].upper()}{reference.responsible[1:]} must {reference.must}."
    return f"| {reference.id} | {who} | {reference.reason} | {rests} | {source}.{doubt} |"


def _references() -> list[str]:
    head = ["| duty | what | why it is never computed | rests on | source |", "| --- | --- | --- | --- | --- |"]
    return [*head, *(_reference_row(r) for r in sorted(statute().references, key=lambda r: r.id))]


def _scene_text(scene: Scene) -> str:
    lines = [f"### {scene.title}", "", "```", f"in {scene.nation.value}", *(f"  {line}" for line in scene.timeline)]
    lines += [f"at {scene.at}", *([f"as known at {scene.known}"] if scene.known else []), "```", ""]
    for rule, expected in scene.expected:
        found, at = scene.obligations(rule)
        lines.append(f"- **{rule}**: {expected.replace('  ', ', ')}")
        lines += [f"  - {because(o, at)}" for o in found]
    return "\n".join(lines)


def the_reference() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION, "## The rules", *_rules_by_nation()]
    parts += ["", "## Kept for reference, never computed for a child", "", *_references()]
    for heading, scenes in FILES:
        parts += ["", f"#{heading}", "", "\n\n".join(_scene_text(scene) for scene in scenes)]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    REFERENCE.write_text(the_reference(), encoding="utf-8")
