"""Whom an agency wants told, out of a table that a person keeps: name, channel, address, phone, after. Pure."""

from __future__ import annotations

import csv
import io

from holdfast.sharing.rules import CannotTell, Channel, Recipient, checked

COLUMNS = ("name", "channel", "address", "phone", "after")


def read_contacts(text: str, agency: str) -> list[tuple[Recipient, int]]:
    """Each contact with the minutes after the start, in the order of the table. Raises CannotTell naming the line."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    if not rows or tuple(c.strip().lower() for c in rows[0]) != COLUMNS:
        raise CannotTell("file", f"Line 1: the columns are {', '.join(COLUMNS)}, in this order")
    found = [
        _contact(row, number, agency)
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not found:
        raise CannotTell("file", "The table names nobody")
    return found


def _contact(row: list[str], number: int, agency: str) -> tuple[Recipient, int]:
    if len(row) != len(COLUMNS):
        raise CannotTell("file", f"Line {number}: {len(row)} columns, not {len(COLUMNS)}")
    name, channel, address, phone, after = (cell.strip() for cell in row)
    if channel not in set(Channel):
        raise CannotTell("file", f"Line {number}: {channel!r} is none of {', '.join(Channel)}")
    if not (after.isascii() and after.isdecimal() and len(after) < 6):
        raise CannotTell("file", f"Line {number}: {after!r} is not a number of minutes")
    try:
        return checked(Recipient(agency, name, Channel(channel), address, phone)), int(after)
    except CannotTell as wrong:
        raise CannotTell("file", f"Line {number}: {wrong.message}") from wrong
