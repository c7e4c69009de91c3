"""Who may look, and proof of who did.

Agencies, people and their posts; the ties that follow from what happened to a child; one table that says what a role
may do through a tie; the reading log, written in the transaction that reads. Read `rules` first: it is the table.
Decision 9. What is not built yet (passkeys, shields, break-glass, the vault) is named in docs/security.md.

Law: UK GDPR articles 5, 6, 25 and 32; Data Protection Act 2018 schedule 1 part 2 paragraph 18.
"""
