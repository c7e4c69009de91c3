"""What was delivered, and the rows that could not be taken: kept as received, so that nothing is lost."""

from __future__ import annotations

from django.db import models


class Delivery(models.Model):
    """One taking in of a return. `report` is the report as JSON with its faults and dropped out children counted:
    nothing in it is about one child (`ssda903.report.counted`). Reports from before held both one by one; erasing a
    child of the authority counts them.
    """

    authority = models.CharField(max_length=20)
    taken_in_at = models.DateTimeField()
    taken_in_by = models.CharField(max_length=60)
    report = models.TextField()

    def __str__(self) -> str:
        return f"{self.authority} {self.taken_in_at:%Y-%m-%d}"


class RowKeptAside(models.Model):
    """A row that was not taken: where it stood, what was wrong, and the row as received."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="kept_aside")
    file = models.CharField(max_length=200)
    table = models.CharField(max_length=60)
    row = models.PositiveIntegerField()
    problem = models.TextField()
    received = models.TextField()

    def __str__(self) -> str:
        return f"{self.table} row {self.row}"
