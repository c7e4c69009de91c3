"""The return on looked-after children (SSDA903) as an English council makes it each year, turned into facts.

Children Act 1989 s83 lets the Secretary of State ask for it; a collection year runs from 1 April to 31 March.
Pure: no database, no clock. Read first `intake` (the way in), then `reading` (rows, checked one by one), `checks`
(rows compared with each other), `facts` (rows become drafts) and `restate` (a second delivery is compared with the
record). `codes` holds the columns and code lists of the years 2016/17 to 2026/27.

Where a child lives (HOME_POST, PL_POST, URN) is never read into a fact. The return holds nothing on trafficking, the
police, risk or return conversations, and none of that is made up here.
"""
