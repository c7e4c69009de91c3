"""Files that leave encrypted for one recipient: whose key it is and who confirmed it, and every package made.

A package is an age file (age-encryption.org) for the X25519 key of one partner. The key is not believed because it came
by e-mail: somebody reads its fingerprint to the partner over the telephone and says so. Decision 29.
"""
