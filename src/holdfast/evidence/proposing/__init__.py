"""From documents to proposed cells: rules only, each proposal with its place and the words it was read from.

A wrong number is worse than none. A rule must account for every word and number in its way; where two readings are
possible, or something is left over, nothing is proposed and a person is told why. Nothing proposed here is a cell
until people have coded it (`evidence/coding`).

Read first: `proposal.py` (the value), then `labels.py` (which question, which period), then `tables.py` and
`answers.py`, then `proposing.py` (a whole reply).
"""
