"""Every rule's own worked examples, as they stand in the rule files."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.config.vocabulary import vocabulary
from holdfast.duties.rule import Rule
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute
from holdfast.duties.timeline import example_gives, read_time, run

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.key}: {example['title']}")
    for rule in statute().rules
    for example in rule.examples
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_worked_example_gives_what_the_rule_file_says(rule: Rule, example: dict[str, Any]) -> None:
    for nation in rule.nations:
        assert example_gives(rule.key, example, statute(), nation, vocabulary()) == example["expect"]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_every_example_explains_itself_in_one_sentence(rule: Rule, example: dict[str, Any]) -> None:
    at = read_time(example["at"]).at
    for obligation in run(example["timeline"], at, statute(), min(rule.nations), vocabulary()):
        sentence = because(obligation)
        assert sentence.endswith(".") and sentence[0].isupper()
        assert "None" not in sentence and "  " not in sentence


@pytest.mark.parametrize("rule", statute().rules, ids=lambda r: r.key)
def test_every_rule_has_an_example_a_source_and_known_kinds(rule: Rule) -> None:
    known = vocabulary()
    assert rule.examples
    assert rule.source.title and rule.source.paragraph and rule.source.url.startswith("http")
    assert rule.confidence in {"high", "medium", "low"}
    assert rule.confidence == "high" or rule.unverified
    assert rule.checked is not None
    spans = {k.opens for k in known if k.opens}
    named = {rule.starts.within, rule.starts.closing, *rule.ends.spans} - {""}
    for condition in rule.starts.conditions:
        named |= {*condition.during, condition.within} - {""}
        for kind in (*condition.of, *condition.already, *condition.unless):
            assert hasattr(known[kind].details(), condition.detail) or not condition.detail
    assert named <= spans
    for match in (*rule.met.matches, *rule.ends.matches):
        for kind in match.kinds:
            blank = known[kind].details()
            assert all(hasattr(blank, name) for name, _ in (*match.where, *match.refuses))
    for kind in (
        *rule.starts.kinds,
        *rule.met.mentions,
        *(k for k in rule.due.count_from if k not in ("start", "birth")),
    ):
        assert kind in known
