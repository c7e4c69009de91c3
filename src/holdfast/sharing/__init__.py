"""Who was told what, on which basis, and who took over.

So far the room holds its kinds: disclosures, refusals, handovers offered and accepted. A handover is not accepted until
a person says so.

Law: UK GDPR article 6(1)(c) and (e); Data Protection Act 2018 schedule 1 part 2 paragraph 18; Children Act 2004 s11;
statutory guidance Working Together to Safeguard Children (2023).
"""
