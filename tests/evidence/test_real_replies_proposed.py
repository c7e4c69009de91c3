"""The real replies that lie beside the repository, set as documents and read by the rules: no wrong exact number."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import made_documents as made
import pytest

from holdfast.evidence.periods import spans
from holdfast.evidence.proposing.proposing import propose
from holdfast.evidence.questionnaire import Period, Question, Questionnaire
from holdfast.evidence.received.limits import LIMITS
from holdfast.evidence.received.mail import read_message
from holdfast.evidence.received.opening import open_document

SHARED = Path(__file__).parents[3] / "shared" / "evidence"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (SHARED / "coded_cells.csv").is_file(), reason="the sample replies are not beside the repository"
    ),
]


def _period(name):
    said = spans(name)
    if len(said) == 1:
        return Period(name, said[0].start, said[0].end)
    return Period(name or "the time asked for", date(1990, 1, 1), date(1990, 12, 31))


def asked_for(pairs, words):
    """A questionnaire of exactly these numbers and periods."""
    numbers = tuple(dict.fromkeys(number for number, _ in pairs))
    periods = tuple(_period(name) for name in dict.fromkeys(name for _, name in pairs))
    questions = tuple(Question(number, f"{number} item", words.get(number, number)) for number in numbers)
    return Questionnaire("real", "Real", periods, questions)


def as_mail(lines, asked):
    said = [f"{n}: {raw}" if len(asked.periods) == 1 else f"{n}: {p.name}: {raw}" for n, p, raw in lines]
    return read_message(made.message("\n".join(said)), LIMITS).content


def _table(lines, asked):
    numbers = list(dict.fromkeys(n for n, _, _ in lines))
    given = {(n, p.name): raw for n, p, raw in lines}
    heading = ["Question", *(p.name for p in asked.periods)]
    return [heading, *([n, *(given.get((n, p.name), "") for p in asked.periods)] for n in numbers)]


FORMATS = {
    "e-mail": as_mail,
    "csv": lambda lines, asked: open_document("r.csv", made.csv(_table(lines, asked)), LIMITS),
    "xlsx": lambda lines, asked: open_document("r.xlsx", made.xlsx({"A": _table(lines, asked)}), LIMITS),
    "ods": lambda lines, asked: open_document("r.ods", made.ods(_table(lines, asked)), LIMITS),
    "docx": lambda lines, asked: open_document("r.docx", made.docx([_table(lines, asked)]), LIMITS),
    "pdf, ruled": lambda lines, asked: open_document("r.pdf", made.pdf([_table(lines, asked)]), LIMITS),
    "pdf, unruled": lambda lines, asked: open_document("r.pdf", made.pdf([_table(lines, asked)], ruled=False), LIMITS),
}


def replies():
    """(name, lines, truth) of each reply; truth is (lower, upper) of what may be read as a number, by place."""
    for file in sorted((SHARED / "replies").glob("*.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        answers = [(one["q"], one["period"], one) for one in data["answers"] if one["raw"] != "PDF attachment"]
        if answers:
            yield file.stem, answers, data["questions"]


# The key names times in its own short way; a reply says them in words.
SAID = {
    "2024-01..2024-04": "January to April 2024", "2021..2024-04": "January 2021 to April 2024", "2016..2020": "2016-2020",  # noqa: E501
    "2020-04..2021-03": "April 2020 to March 2021", "2020-03-23..": "23 March 2020 to 31 December 2020",
    "at 2021-05": "May 2021",
}  # fmt: skip


def coded():
    rows = list(csv.DictReader((SHARED / "coded_cells.csv").read_text(encoding="utf-8").splitlines()))
    groups = {}
    for row in rows:
        groups.setdefault((row["authority"], row["url"]), []).append(row)
    for (name, _), group in groups.items():
        answers = []
        for at, row in enumerate(group, start=1):
            said = row["question"].split()[0]
            number = said if said[0].isdigit() else str(at)
            value = int(row["low"]) if row["low"] and row["low"] == row["high"] else None
            answers.append((number, SAID.get(row["period"], row["period"]), {"raw": row["raw_value"], "value": value}))
        yield name, answers, {}


def tally(source, kind):
    count, wrong = Counter(), []
    for name, answers, words in source():
        asked = asked_for([(n, p) for n, p, _ in answers], words)
        lines = [
            (n, next(x for x in asked.periods if x.name == (p or "the time asked for")), one["raw"])
            for n, p, one in answers
        ]
        found = {(one.item, one.period): one for one in propose(FORMATS[kind](lines, asked), asked).cells}
        for (number, period, _), (_, _, one) in zip(lines, answers, strict=True):
            cell = found.get((f"{number} item", period.name))
            if cell is None:
                count["left"] += 1
            elif cell.reading.is_exact and cell.reading.lower != one["value"]:
                count["wrong"] += 1
                wrong.append((name, number, one["raw"], cell.reading))
            else:
                count["exact" if cell.reading.is_exact else "other"] += 1
    return count, wrong


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("source", [replies, coded], ids=["replies", "coded cells"])
def test_no_real_answer_is_read_as_a_wrong_number(source, kind, record_property):
    count, wrong = tally(source, kind)
    record_property("count", dict(count))
    print(source.__name__, kind, dict(count))
    assert wrong == []
    assert count["exact"] + count["other"] >= 0.4 * sum(count.values()), count
