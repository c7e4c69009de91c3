"""Carrying what stands in the outbox: errands, leases, what the provider says, and telling a person in time."""
