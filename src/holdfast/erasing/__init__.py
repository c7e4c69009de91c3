"""What is past its time, and erasing it: the one room above all those that hold something of a child.

`terms` reckons until when a record must be kept; `moratoria` are holds over kinds of records, as dated data; `due`
lists what may be proposed; `places` is the list of where something of a child lies; `actions` takes two people's
decisions and carries one out. Decision 28.
"""
