"""The national evidence shipped with Holdfast, each number with the page it was read from.

- `series/`: the published counts of 2014-15 to 2024 as cells; a row may stand for several authorities.
- `replies/`: real replies of authorities, in their own words, with a person's reading where the words need one.
- `published.csv`: what was printed, and the numbers that the printed percentage should follow from.
- `missing_on_31_march*.csv`: children missing on 31 March in England, by authority and nationally. Department for
  Education, Children looked after in England including adoptions; Crown copyright, Open Government Licence v3.0.
  `c` hides 1 to 5 (0 and 6 or more are shown); `z` means that the authority did not exist or had no child.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from importlib.resources.abc import Traversable


def national_folder() -> Traversable:
    """The folder of everything shipped."""
    return files(__name__)


def national_table(name: str) -> list[dict[str, str]]:
    """The rows of a shipped CSV file, by heading."""
    return list(csv.DictReader(national_folder().joinpath(name).read_text(encoding="utf-8").splitlines()))


def series_folder() -> Traversable:
    """The published series, as cells and figures."""
    return national_folder().joinpath("series")


def replies_folder() -> Traversable:
    """Real replies, as cells and figures."""
    return national_folder().joinpath("replies")
