"""A council's own reply to a round, counted from its chronologies, in the template that the round reads. Pure.

The other side of `holdfast.evidence`: `counting` says of one child what a period's questions ask, and how certainly;
`reply` adds children up, hides small numbers and tells "not recorded" apart from zero; `disclosure` says what may be
shown. Freedom of Information Act 2000 s1 (what is held is given), s40(2) (not what tells of a person).
"""
