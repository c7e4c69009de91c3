"""A release: figures that may be published, in files for each audience, signed and never changed afterwards.

Everything after `publishable.py` works on what may be published and on nothing else: `reader.py` computes each range
from the counts and totals that are printed, so that no file can say more than they do. Needs `holdfast[models]`.

Read first: `wanted.py` (release.toml), `publishable.py` (what is shown, what hidden), `reader.py` (ranges that
a reader could compute), `released.py` (the figures), `manifest.py` (hashes and signature), `moved.py` (what moved).
"""
