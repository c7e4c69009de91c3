"""Documents that arrive: kept as received, read for their text and tables, and never run.

Read first: `content.py` (what a document holds), then `opening.py` (from bytes to content), then `taking_in.py`
(a folder, a mailbox or one file). A part that must not be read on (hidden, about single children, dangerous) is
quarantined with its reason; what no rule can read is set aside for a person. Nothing is lost: the bytes are kept.
"""
