"""The requests of a round: what happened to each, which clock runs, and what may be done next. Pure.

`requests.csv` names who was asked; `events.csv` holds what happened, a line each, and lines are only added. Law:
Freedom of Information Act 2000 ss 10, 12, 50 and its code of practice; Freedom of Information (Scotland) Act 2002
ss 10, 20, 21, 47.

Read first: `events.py`, then `clocks.py`, then `letters.py`.
"""
