"""The child: who they are, how old, and their time in care.

Kinds of identity and care; the picture of a child; the row that lists and search use; the indexed copy of open
obligations. Read `kinds`, then `picture`. An age is never shown without what it rests on.

Law: Children Act 1989 ss 20, 22, 31; Care Planning, Placement and Case Review (England) Regulations 2010; the disputed
age: Nationality and Borders Act 2022 part 4, Modern Slavery Act 2015 s51.
"""
