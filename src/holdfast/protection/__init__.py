"""Child protection: a referral, the enquiry, the plan, and what police and courts may do for a while.

Only kinds live here, so read `kinds.py`. The powers are in the Children Act 1989 sections 44, 46 and 47 for England and
Wales, the Children's Hearings (Scotland) Act 2011 and the Children (Northern Ireland) Order 1995; most of the times are
in guidance, and stand as rules under `duties/statute`.
"""
