"""Two people code what was read, each without seeing the other's codes or what the rules read.

A **unit** is one place in one document: the words that hold an answer. A **code** says what they leave possible, as
in the column `coded` of `cells.csv`. Where two codes differ, or two replies of one authority, a named person decides
and says why. Only then is there a cell; every code, decision and earlier version is kept.

Read first: `worksheet.py` (a coder's file), `agreement.py` (kappa), `settling.py` (from codes to cells), `checks.py`.
"""
