"""The purpose wall: requests for a child, or for where a child is, for immigration purposes.

Such a request is written down and is refused. Nobody at the desk can change that: two people of different roles, who
did not write the request down, must each name the law that compels it, for one child, before anything may be told.
Whoever then tells writes down what was told. No organisation that asks for this purpose ever holds a post, so there is
no page, list or file that it can open. The counts are published. Decision 20.

Law: UK GDPR articles 5(1)(b) and 6; Data Protection Act 2018 schedule 2 paragraph 4 (the immigration exemption lifts
rights of a person, it gives no authority a power to demand); Children Act 2004 section 11.
"""
