"""Signing in through an agency's own directory (OpenID Connect): the directories, who is joined to them, what they say.

`tokens` and `provider` are pure: they judge what came. `asking` speaks over the network, with narrow limits. `actions`
holds the only writes. The pages are in `web/views/directory.py`; decision 35 says why it is made like this.
"""
