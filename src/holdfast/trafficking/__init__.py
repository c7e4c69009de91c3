"""Trafficking: a concern, the referral, the decisions, the guardian.

So far the room holds its kinds; the picture of a child says where they stand, and the duties of the National Referral
Mechanism are rules in `duties/statute`. A child who never claims asylum can be trafficked, and a trafficked child need
not be from abroad: two flags, never one.

Law: Modern Slavery Act 2015 ss 45 to 52; Nationality and Borders Act 2022 part 5.
"""
