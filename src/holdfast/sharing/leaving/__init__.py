"""What stands in the name of somebody who has left, and its way to a named person who takes it."""
