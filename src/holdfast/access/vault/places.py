"""What is kept in the vault. Each of these tells where a child can be found."""

from __future__ import annotations

from enum import StrEnum

LONGEST = 500  # signs


class Place(StrEnum):
    """What a value of the vault says."""

    ADDRESS = "address"
    SCHOOL = "school"
    DOCTOR = "doctor"  # the general practice
    WORKER_BASE = "worker-base"  # the office that the child's worker works from


SAID = {
    Place.ADDRESS: "Address where the child lives",
    Place.SCHOOL: "School or college",
    Place.DOCTOR: "Doctor’s surgery",
    Place.WORKER_BASE: "Office that the child’s worker works from",
}
