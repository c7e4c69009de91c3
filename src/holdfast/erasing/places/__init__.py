"""Where something of a child lies, and what erasing it there means."""
