"""Settings, addresses and what is installed: beside the house, not a floor of it.

`settings` is Django's; `home` says where an installation keeps its file and keys; `vocabulary` lists the rooms whose
kinds are known; `sqlcipher` is the encrypted embedded database; `logs` prints where something went wrong and never what
was being handled there. Every environment variable is in docs/reference/settings.md.
"""
