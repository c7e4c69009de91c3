"""Returns: the files that councils send to government, read into chronologies; and replies counted from them.

So far the SSDA903, the yearly return on looked-after children: `ssda903` reads it and turns it into facts without a
database; `actions` compares the facts with what is known and writes; rows that cannot be taken are kept as received.
Read `ssda903/__init__` first, then decision 13. Where a child lives is read and dropped (decision 10).
`answer` goes the other way: from chronologies to a council's own reply to a national round.

Law: Children Act 1989 s83 (returns to the Secretary of State); the guide to the SSDA903 collection of each year.
"""
