"""What changed between two versions of a questionnaire, and which counts are still like for like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.evidence.questionnaire import Question, Questionnaire


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `place` is a question, a period or the questionnaire; `breaks`: numbers of before and after it do not
    count the same."""

    place: str
    words: str
    breaks: bool = False


def changes(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """In the order of the new version, what was left out last. Questions are known by their item, then by number."""
    found = [*_periods(old, new), *_questions(old, new)]
    if found and old.id == new.id:
        found.insert(0, Change("the questionnaire", f"both versions are called {new.id}: give the new one its own id"))
    return tuple(found)


def like_for_like(old: Questionnaire, new: Questionnaire) -> tuple[str, ...]:
    """The items that ask for the same count in both."""
    return tuple(
        question.item
        for question in new.questions
        if (before := old.by_item(question.item)) is not None
        and not any(change.breaks for change in _question(before, question, old, new))
    )


def _periods(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    for one in new.periods:
        before = old.period(one.name)
        if before is None:
            yield Change(f"period {one.name}", "is new")
        elif (before.start, before.end) != (one.start, one.end):
            words = f"was {before.start} to {before.end} and is {one.start} to {one.end}"
            yield Change(f"period {one.name}", words, breaks=True)
    for one in old.periods:
        if new.period(one.name) is None:
            yield Change(f"period {one.name}", "is not asked for any more")


def _questions(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    matched: set[str] = set()
    for question in new.questions:
        before = old.by_item(question.item)
        if before is None:
            same_number = old.question(question.number)
            if same_number is not None and new.by_item(same_number.item) is None:
                before = same_number
        if before is None:
            yield Change(f"question {question.number}", f"is new: {question.asks}")
            continue
        matched.add(before.item)
        yield from _question(before, question, old, new)
    for question in old.questions:
        if question.item not in matched:
            yield Change(f"question {question.number}", "is not asked any more")


def _question(before: Question, now: Question, old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    place = f"question {now.number}"
    if before.number != now.number:
        yield Change(place, f"was question {before.number}")
    if before.item != now.item:
        yield Change(place, f"its cells were called {before.item!r} and are called {now.item!r}", breaks=True)
    if before.asks != now.asks:
        words = f"was “{before.asks}” and is “{now.asks}”"
        if before.item == now.item:
            words += "; its cells have the same name, as if it were the same count"
        yield Change(place, words, breaks=True)
    if before.counts != now.counts:
        yield Change(place, f"counted {before.counts} and counts {now.counts}", breaks=True)
    for name, earlier, later in (
        ("lies within", _items(old, *before.wholes), _items(new, *now.wholes)),
        ("is the sum of", _items(old, *before.parts), _items(new, *now.parts)),
        ("are the incidents of", _items(old, before.incidents_of), _items(new, now.incidents_of)),
    ):
        if earlier != later:
            yield Change(place, f"{name}: was {_named(earlier)}, is {_named(later)}", breaks=True)
    if before.measure != now.measure:
        yield Change(place, "`holdfast answer` counts it in another way", breaks=True)
    if set(before.also) != set(now.also):
        yield Change(place, "is known by other words in replies")


def _items(one: Questionnaire, *numbers: str) -> tuple[str, ...]:
    """The items of those questions, so that a new number alone is no change."""
    found = (one.question(number) for number in numbers if number)
    return tuple(question.item for question in found if question is not None)


def _named(items: tuple[str, ...]) -> str:
    return " and ".join(items) or "nothing"
