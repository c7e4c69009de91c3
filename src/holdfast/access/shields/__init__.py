"""What closes a child to somebody whose role and tie would reach it: a shield (only the people named on it), and a
conflict of interest (always, also in an emergency). Written in `actions`; what the rules make of it is `access/rules`.
"""
