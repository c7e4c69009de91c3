"""One module for each page or journey. A view reads, records the reading, and hands values to a template."""
