"""Rotas: which named person is on for which duty of an agency, from when to when.

A duty is a step of the agency's ladder (`contacts`) that people take in turns. Patterns of weeks and single changes say
who is on; nothing is ever rewritten: a later deed lies over an earlier one, and the past stays as it was. Where nobody
is on there is a gap. A gap is shown, said to a manager a day ahead, and passed over by an alert at once.

Read `shifts` first: it is pure. Decision 36.
"""
