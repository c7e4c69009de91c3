"""Made-up children that nobody has reason to open: whoever opens one is looked into at once."""
