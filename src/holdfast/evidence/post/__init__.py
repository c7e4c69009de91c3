"""The post of a round: approved letters out by SMTP, mail in by IMAP or from files, and what became of each letter.

Nothing leaves without a named person's approval of exactly these words, nothing is answered by itself, and a letter of
which nobody knows whether it went is said to be so and not sent again. `post.jsonl` in the round's folder is the
record: lines are only added, each safe on disk before the next step. `post.toml` says how mail goes out and comes in.

Read first: `journal.py` (the record), then `outbox.py` (a letter's life), `sending.py`, `inbox.py`.
"""
