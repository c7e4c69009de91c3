"""The authorities that look after children in the four nations, with the codes that they had on a day.

England has 153, Scotland 32, Wales 22; in Northern Ireland the five health and social care trusts do it: 212.
Authorities merge, split and change codes, so nothing here is asked without a day. `places.csv` holds the
authorities, `codes.csv` their Office for National Statistics codes; both name the source of each row.
Read first: `register.py`.
"""
