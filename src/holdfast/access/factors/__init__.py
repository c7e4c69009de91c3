"""The second factor: a code that changes every 30 seconds, and codes on paper for when the telephone is gone.

`codes` reckons them (pure), `rows` are the tables, `actions` sets up, checks and ends them. Decision 21.
"""
