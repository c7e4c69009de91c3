"""The watch: what has become due, or late, is said once to whoever must act.

It reads the indexed copy of the open duties and sends through the outbox. Each rung (due soon, due, overdue) of each
obligation is said once: the row that says so is written in the transaction that makes the message, so the watch can be
killed at any line, run twice at once, or be off for a day. The lists compute what is overdue from the same data and
need no watch.
"""
