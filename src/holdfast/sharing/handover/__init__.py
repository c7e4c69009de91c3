"""Handing over: a named person takes over, or the ladder climbs until one does.

The ladder, with its times, is stored when the handover starts; a later change of contacts does not rewrite it. It never
gives up: its last rung is told again and again. A refusal has a reason, goes back to the giver at once and moves the
handover on. Nobody is asked in silence: every rung is a message of the outbox.
"""
