"""The record: what happened to one child, entry after entry, never changed and never deleted.

Everything else in the house is computed from here. Read in this order: `moment` (when, and how exactly that is known),
`entry`, `kinds` (the vocabulary and how details are read), `standing` (corrections, withdrawals, as known at), `spans`,
`story`; then `actions`, the one place that writes, `chain` and `verify`. Decisions 4, 6 and 11.

Law: a council keeps a case record for each looked-after child (Care Planning, Placement and Case Review (England)
Regulations 2010, regs 49 and 50); UK GDPR article 5(1)(d) and (f), accuracy and integrity.
"""
