"""Passkeys (WebAuthn): a key in a person's telephone, computer or token that answers to this address and no other.

A code can be asked for by telephone or typed into a false page; a passkey cannot. `asking` makes and checks the
questions (pure, with the fido2 library), `rows` is the table, `actions` adds, uses and ends one. Decision 23.
"""
