"""Make a fictional return of any size: two years of one county's children, for benches and tests.

    python tools/make_903.py FOLDER --children 800 --seed 903 --damage 0.02

writes FOLDER/this and FOLDER/last; `--damage` spoils that share of the cells. See `holdfast.demo.made_up_return`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from holdfast.demo.made_up_return import write_return


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folder", type=Path)
    words.add_argument("--children", type=int, default=800)
    words.add_argument("--seed", type=int, default=903)
    words.add_argument("--damage", type=float, default=0.0, help="share of cells to spoil, such as 0.02")
    words.add_argument("--collection-year", type=int, default=2026, help="the year in which this year's return ends")
    told = words.parse_args()
    rows = write_return(
        told.folder, children=told.children, seed=told.seed, damage=told.damage, collection_year=told.collection_year
    )
    print(f"{rows} rows of {told.children} fictional children in {told.folder}")


if __name__ == "__main__":
    main()
