"""A partner's own system: an account that nobody signs in with, and the keys with which it asks for its notices.

`actions` holds the only writes, for an operator's commands; `queries` says whose a key is. What a system may ask is in
`web/views/partner.py`; decision 40 says why it is made like this.
"""
