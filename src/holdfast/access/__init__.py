"""Who may look, and proof of who did.

Agencies, people and their posts; the ties that follow from what happened to a child; one table that says what a role
may do through a tie; shields, conflicts of interest and emergency openings beside it; limits on how much one person
may open; the reading log, written in the transaction that reads; the vault; the purpose wall; second factors; the
scanner of outgoing files. Read `rules` first: it is the table. Decisions 9, 15 and 19 to 21. What is not built yet is
named in docs/security.md.

Law: UK GDPR articles 5, 6, 25 and 32; Data Protection Act 2018 schedule 1 part 2 paragraph 18.
"""
