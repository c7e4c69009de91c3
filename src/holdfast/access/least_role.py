"""What the role that serves the pages may do in PostgreSQL: no more than the pages need.

Two roles: the owner makes the tables (`holdfast manage migrate`) and is used by nobody else; the role of the pages may
add to the record, the reading log and the deeds, and can change or remove nothing in them, alter no table, switch off
no trigger and empty nothing. What protects the record in the embedded database are its triggers alone.

What it does not do: it does not hide rows. Whoever can run SQL as the role of the pages can read what the pages can
read; where a child lives stays sealed all the same. There is no row-level security yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Rows are added and never touched again.
ADDED_TO = (
    "access_reading", "access_readingof", "access_emergency_review", "access_shield", "access_shield_named",
    "access_shield_lifted", "access_conflict", "access_conflict_ended", "access_reached_limit", "access_limit_review",
    "access_miss", "access_vault_reveal", "access_demand", "access_demand_approval", "access_demand_told",
    "access_emergency",
)  # fmt: skip
# Rows are added, and only these columns may change: a chain's head, lawful erasure of details, a seal made anew.
CHANGED_IN: Mapping[str, tuple[str, ...]] = {
    "chronology": ("length", "head"),
    "chronology_entry": ("salt", "details"),
    "access_readerchain": ("length", "head"),
    "access_vault": ("key", "sealed"),
}
# How the tables are made is the owner's: the pages only look whether it was done.
LOOKED_AT = ("django_migrations",)


def grants(role: str, tables: Iterable[str]) -> list[str]:
    """The statements that give a role what it needs and take everything else, for these tables of the schema."""
    name = _quoted(role)
    said = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
    for table in sorted(tables):
        where = _quoted(table)
        said.append(f"REVOKE ALL ON {where} FROM {name}")
        if table in LOOKED_AT:
            said.append(f"GRANT SELECT ON {where} TO {name}")
        elif table in ADDED_TO:
            said.append(f"GRANT SELECT, INSERT ON {where} TO {name}")
        elif table in CHANGED_IN:
            columns = ", ".join(_quoted(column) for column in CHANGED_IN[table])
            said.append(f"GRANT SELECT, INSERT, UPDATE ({columns}) ON {where} TO {name}")
        else:
            said.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {where} TO {name}")
    return said


def too_much(cursor: Any) -> list[str]:
    """What the role that is connected can do and should not, in plain words; empty for a role as `grants` makes it."""
    found = []
    cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    is_super, bypasses, makes_roles = cursor.fetchone()
    if is_super or bypasses or makes_roles:
        found.append("It is a superuser, or can make roles or pass by policies")
    cursor.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' "
        "AND c.relkind = 'r' AND pg_has_role(c.relowner, 'USAGE') ORDER BY 1 LIMIT 1"
    )
    if cursor.fetchone():
        found.append("It owns tables, so it can switch off what protects them")
    for table in (*ADDED_TO, *CHANGED_IN):
        cursor.execute("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE, TRIGGER')", [table])
        if cursor.fetchone()[0]:
            found.append(f"It can change or remove rows of {table}")
    return found


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
