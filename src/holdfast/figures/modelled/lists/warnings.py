"""What stands under every total that several lists give, wherever it is shown."""

from __future__ import annotations

WARNINGS = (
    "This is research about people whom nobody counted. It is no count, names nobody, and stands in no total of "
    "Holdfast's.",
    "The total depends on which lists are thought to depend on one another, which the lists themselves cannot show: "
    "the UK's lists of 2013 give from 10,000 to 26,000 by models that fit about equally well.",
    "Each interval takes its model for true, save those of people drawn anew. In tests on known totals, intervals "
    "called 95 in 100 held the truth in 60 to 90 (Binette and Steorts, arXiv 2112.01594); others hold the method unfit "
    "for the UK's lists (Whitehead and others, 2019).",
    "It asks for lists of persons, linked lawfully one by one. Replies to freedom-of-information requests are counts "
    "and cannot be used.",
)
