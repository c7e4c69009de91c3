"""A made-up child who looks like any other in care: what `holdfast canary make` writes into a real county's record.

In foster care with no home of that name, never missing, worker of nobody in the house: nobody has a reason to open it,
and it stands in nobody's work. What would draw somebody who looks for children is in it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from holdfast.chronology.draft import Draft
from holdfast.demo.county import Teller

# Country: language, names of girls, names of boys, families.
_FROM = {
    "Vietnam": ("Vietnamese", ("Linh", "Thuy", "Mai", "Huong"), ("Minh", "Duc", "Long", "Quan"),
                ("Nguyen", "Tran", "Hoang", "Vu")),
    "Albania": ("Albanian", ("Arlinda", "Drita", "Vjosa", "Elira"), ("Besnik", "Ermal", "Ilir", "Klodian"),
                ("Hoxha", "Shehu", "Marku", "Lleshi")),
    "Eritrea": ("Tigrinya", ("Selamawit", "Rahel", "Feven", "Luwam"), ("Yonas", "Tesfay", "Filmon", "Robel"),
                ("Tekle", "Habte", "Gebre", "Woldu")),
    "Sudan": ("Arabic", ("Mariam", "Amna", "Hanan", "Rania"), ("Karim", "Idris", "Hamid", "Mustafa"),
              ("Osman", "Saleh", "Adam", "Haroun")),
}  # fmt: skip
_WORKERS = ("Hannah Whitlock", "Joseph Amadi", "Carys Pugh", "Daniel Forsyth")


def invented(now: datetime, *, authority: str) -> tuple[Draft, ...]:
    """The entries of one made-up child of this authority, in time order, the last some days old."""
    one = Teller(now)
    country, sex = secrets.choice(tuple(_FROM)), secrets.choice("FM")
    language, girls, boys, families = _FROM[country]
    worker, since = secrets.choice(_WORKERS), 50 + secrets.randbelow(120)
    born = (now - timedelta(days=365 * 15 + secrets.randbelow(600))).date()
    one.care(since=since, first=secrets.choice(girls if sex == "F" else boys), family=secrets.choice(families),
             born_on=born.isoformat(), standing="claimed", sex=sex, worker=worker, place="U1", home="",
             authority=authority)  # fmt: skip
    one.day("asylum.arrived_alone", days=since, from_country=country)
    one.day("asylum.claimed", days=since - 5 - secrets.randbelow(9))
    one.day("child.described", days=since - 1, languages=(language,), interpreter_needed=True)
    if secrets.randbelow(2):
        one.day("trafficking.concern_recorded", days=since - 20 - secrets.randbelow(9), forms=("forced labour",),
                by=worker)  # fmt: skip
    one.visits(*range(since - 5, 5, -35), by=worker)
    return tuple(sorted(one.drafts, key=lambda d: d.occurred.at))
