"""Where a child lives and what gives it away, and photographs: apart from the chronology, sealed with keys that are not
in the database.

`places` says what is kept here, `keys` is the ring of keys in a file, `sealing` seals and opens one value, `rows` are
the tables, `actions` keeps and reveals, `rotation` seals everything anew under another key. Decision 19.
"""
