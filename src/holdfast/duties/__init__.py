"""Duties: the law as data, and the small pure engine that applies it to one child's chronology.

Read a file of `statute/` first: each rule is a block that a lawyer can review, with its source and worked examples.
`rule.py` says what a block may hold, `statute.py` reads the blocks, `engine.py` finds the obligations, `reckoning.py`
counts their due times, `sentences.py` explains each in words. Nothing here reads a clock or a database.
"""
