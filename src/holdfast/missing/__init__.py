"""When a child goes missing: noticed, reported, searched for, found, returned, listened to.

Read `kinds` for what can happen, `picture` for what an episode is, `rules` for what may be recorded and when, `actions`
for the writes, `queries` for the list of who is missing now. Found and returned are two moments. No episode ends by
time, by silence or by an eighteenth birthday.

Law: statutory guidance on children who run away or go missing from home or care (2014). Duties: `duties/statute`.
"""
