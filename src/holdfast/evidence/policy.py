"""What is known of how an authority hides small numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast.evidence.number_words import whole_number

_BELOW = re.compile(r"below\s*:\s*([0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Policy:
    """`zero_shown`: True, a zero would have been shown as 0; False, a zero is hidden too; None, not known.

    `below`: every count under this number is hidden.
    """

    zero_shown: bool | None = None
    below: int | None = None

    @property
    def lowest_hidden(self) -> int:
        """The least that a hidden count can be."""
        return 1 if self.zero_shown else 0

    @property
    def highest_hidden(self) -> int | None:
        """The most that a hidden count can be, where the rule is known."""
        return None if self.below is None else self.below - 1


def read_policy(text: str) -> Policy:
    """`zero-shown`, `zero-hidden`, `below:10`, or two of them with a space, comma, semicolon or plus between.

    Raises ValueError with a plain sentence.
    """
    shown: bool | None = None
    below: int | None = None
    for word in re.split(r"[\s,;+]+", re.sub(r"\s*:\s*", ":", text.strip().casefold())):
        found = _BELOW.fullmatch(word)
        if not word:
            continue
        if word in ("zero-shown", "zero-hidden"):
            if shown is not None:
                raise ValueError(f"the policy {text!r} says twice whether a zero is shown")
            shown = word == "zero-shown"
        elif found and below is None:
            below = whole_number(found.group(1))
        else:
            raise ValueError(f"the policy {text!r} is not zero-shown, zero-hidden or below: and a number")
    if (below is not None and below < (2 if shown else 1)) or (below is None and "below" in text.casefold()):
        raise ValueError(f"the policy {text!r} leaves nothing that could be hidden")
    return Policy(shown, below)
