"""Child protection: a referral, the enquiry, the plan, and what police and courts may do for a while."""
