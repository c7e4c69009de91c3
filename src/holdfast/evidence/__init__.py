"""What authorities replied, kept as what is known and no more.

A **cell** is one authority, one item, one period: what the authority wrote (`raw`), what that leaves possible
(`lower` to `upper`) and the reason. A blank is never zero, a hidden number is a range, and a reply that cannot be
read with certainty is left for a person. The law behind the reasons is the Freedom of Information Act 2000
(s12 cost, s14, s21, s22, s31, s40 personal data, s44) and the Freedom of Information (Scotland) Act 2002
(s12, s14, s17 not held, s25, s26, s27, s35, s38).

Read first: `cells.py` (the value), then `reading.py` (from the authority's words to a range), then `folder.py`
(a folder of replies). What is shipped with its sources is under `national/`.
"""
