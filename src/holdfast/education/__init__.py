"""School: absence without leave that the authority must be told of."""
