"""From cells to figures that can be published.

No number is shown beside a denominator that it was not made from, and no hidden or missing count is taken as
zero. Four layers are kept apart and never added into one number: counted, logically possible, modelled, hidden.

Read first: `plan.py` (what was asked for), `bounds.py` (the arithmetic of ranges), `figure.py` (a figure with its
authorities), `national.py` (the picture that is published), `textcheck.py` (sentences held to their figures).
"""
