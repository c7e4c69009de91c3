"""How a number may be shown so that it does not tell of one child, and still leaves possible what is true.

Hidden are counts from 1 to one below the threshold; counts whose remainder in a shown whole is that small, all of
them included; and episodes of a number of children that is hidden. Never a guess: what is written is a range that
holds the true number, and says how zero is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.returns.answer.counting import Count


@dataclass(frozen=True, slots=True)
class Threshold:
    """Counts from 1 to `below` - 1 are hidden; 0 and 1 hide nothing. `zero_shown`: a true zero is shown as 0."""

    below: int = 5
    zero_shown: bool = True


DEFAULT = Threshold()
"""What most councils do."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer in the template's words, and how it hides small numbers."""

    answer: str
    policy: str = ""
    note: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether it stands for a small number."""
        return bool(self.answer) and self.answer[0] in "<*"


def shown(count: Count, rule: Threshold) -> Shown:
    """One count by itself."""
    low, high = count.certain, count.possible
    small = rule.below > 1 and low < rule.below and high > 0
    if high == 0 and (rule.zero_shown or rule.below <= 1):
        return Shown("0")
    if high == 0 or small:
        top = max(rule.below, high + 1)
        return Shown(f"<{top}", "zero-shown" if rule.zero_shown and low > 0 else "")
    return Shown(_number(low, high))


def _number(low: int, high: int) -> str:
    """One number or a range; a range of thousands would read as a span of years."""
    if low == high:
        return str(low)
    return f"{low}-{high}" if low < 1000 else f"at least {low}"


def beside_whole(count: Count, whole: Count, own: Shown, rule: Threshold) -> Shown:
    """A part whose whole is shown as one number: what is left over may be the small number."""
    left = whole.possible - count.certain
    if own.is_hidden or rule.below <= 1 or whole.certain != whole.possible or left >= rule.below:
        return own
    if left == 0 and count.certain == 0:
        return own
    low = max(0, min(count.certain, whole.certain - rule.below + 1))
    return Shown(_number(low, whole.certain), "", f"shown as a range: fewer than {rule.below} would be left over")


def incidents(count: Count, children: Count, told: Shown, rule: Threshold) -> Shown:
    """Episodes: of a hidden number of children they are hidden too, for one child with many is one child.

    `told` is how the number of children is shown. Where that is a range, few episodes would narrow it again.
    """
    if rule.below <= 1 or count.possible == 0:
        return shown(count, rule)
    if told.is_hidden:
        return Shown("*", "zero-shown" if told.policy else "", "withheld: the number of children is small")
    low, high = count.certain, count.possible
    if told.note and low < children.possible + rule.below:
        low, high = min(low, int(told.answer.removeprefix("at least ").split("-")[0])), children.possible + rule.below
        return Shown(_number(low, max(high, count.possible)), "", "shown as a range, as the number of children is")
    return Shown(_number(low, high))
