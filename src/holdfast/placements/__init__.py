"""Where a child is placed: the kind of place and the name of the home, never an address.

So far the room holds its kinds. A new placement ends the one before. Addresses, postcodes and registration numbers wait
for the vault (decision 10).

Law: Care Planning, Placement and Case Review (England) Regulations 2010 parts 3 and 4; regs 27A and 27C on other
arrangements.
"""
