"""Sessions that have ended, and what waits in them."""
