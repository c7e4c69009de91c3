"""The pages: what people open, and what each must do for them.

`urls` says what there is; `views` are thin and put together what the rooms below know; `child_page` is one child as
one reader may see them; files that end in `_words` and `saying` turn values into plain English; what the Design
System's macros lack is in `templates/components`. A reading is written in the transaction of the page, before any
byte leaves. Every journey works without script; scripts renew the list and save typing. Decisions 7, 8 and 9.
"""
