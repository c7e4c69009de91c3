"""Patterns across children: the same telephone number, place or person in more than one child's record.

What is said in two records is proposed as a link; a person reads both sentences side by side and confirms or refuses it
with a reason. Nothing here counts, grades or ranks children, and nothing is compared that says who somebody is.
Decision 37, docs/patterns.md.

`marks` reads what entries say into forms that can be compared, `proposals` says which are shared and what was decided,
`rows` and `tables` keep digests of them, `queries` finds them under the reader's rights, `actions` writes what people
decide and what must never be compared.
"""
