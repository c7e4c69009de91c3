"""The modelled layer and linear programmes. Needs the extra `holdfast[models]` (numpy and scipy).

What is modelled is never added to what was counted, and never shown without its assumption. Nothing here is imported
by a page: a council's installation does not need it.

Read first: `hidden_counts.py` (a count known to lie within a band), `combining.py` (Rubin's rules), `hierarchy.py`
(authorities that resemble one another), `programmes.py` (bounds by linear programming).
"""
