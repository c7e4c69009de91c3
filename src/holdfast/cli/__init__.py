"""The `holdfast` command, one file for each group of commands.

A command reads its arguments, calls the room that knows, and prints. Commands that need no database never load Django,
so they start in a fraction of a second. What each prints as JSON is a promise: docs/reference. Errors are plain
sentences on standard error; exit 2 means that the input was refused, exit 1 that something is not as it should be.
"""
