"""Legal holds, and who decided that a record may be erased. Nothing is erased here: see the room `erasing`.

A hold is put on a child's record by a named person, with its source and a reason, and ended by another. What is past
its time may be erased when one person asked, another approved, and one of them is the data guardian. Decision 28.

Law: UK GDPR articles 5(1)(e) and 17(3); Inquiries Act 2005 section 35 (whoever destroys what an inquiry would want
commits an offence).
"""
