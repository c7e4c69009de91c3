"""Who was told what, on which basis, and who took over.

What is told goes into the outbox in the transaction of the entry that causes it (`actions.tell`) and is carried by a
worker (`carrying`) over a channel (`channels`). Sent, received and accepted are three states, each with a name and a
time (`picture`). A handover is not accepted until a person says so, and climbs its ladder until then (`handover`). What
becomes due is said by the watch (`watch`).

Law: UK GDPR article 6(1)(c) and (e); Data Protection Act 2018 schedule 1 part 2 paragraph 18; Children Act 2004 s11;
statutory guidance Working Together to Safeguard Children (2023). Read `rules` and `picture` first: they are pure.
"""
