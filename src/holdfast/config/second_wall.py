"""The second wall: what PostgreSQL itself refuses to the role that serves pages. `holdfast database harden` builds it.

The first wall is the rule table of `access`; this one stands behind it and knows less. It is for the day on which a
page forgets to ask, a query is not what it seems, or somebody has the password of the role that serves pages.

Two things. A role that may read, append, and replace read tables, and nothing else: no UPDATE or DELETE on the record
and the logs, no TRUNCATE, nothing of its own, no right over triggers and policies. And row-level security: a child's
rows are there only for a transaction that says for whom it reads, and only if that person's agency has a tie to the
child (or the person an emergency opening), no shield leaves them out and no conflict of interest names them. What a
person decides can be written only in that person's own name.

Operators' commands (`verify`, `rebuild`, `intake`, `migrate`) run as the owner of the tables, who is not held by this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

ROLE = "holdfast_app"

_READ, _APPEND, _REPLACE, _ALL = (
    "SELECT", "SELECT, INSERT", "SELECT, INSERT, DELETE", "SELECT, INSERT, UPDATE, DELETE",
)  # fmt: skip

# A child's own rows: closed without a tie.
CHILD_TABLES: Mapping[str, str] = {
    "chronology_entry": _APPEND,
    "child": _REPLACE,
    "child_number": _REPLACE,
    "child_name_word": _REPLACE,
    "open_duty": _REPLACE,
    "missing_episode": _REPLACE,
    "missing_mark": _REPLACE,
    "missing_link": _REPLACE,
    "access_vault": _APPEND,
    "access_photograph": _APPEND,
}

# Who is joined to a child, who looked, who decided: needed before it is known whether a person may read, so open to
# whoever says who they are. Where a column is named, a row can be written only in the reader's own name.
STATED_TABLES: Mapping[str, tuple[str, str]] = {
    "chronology": ("SELECT, INSERT, UPDATE (length, head)", ""),
    "access_tie": (_REPLACE, ""),
    "access_readerchain": ("SELECT, INSERT, UPDATE (length, head)", "person_id"),
    "access_reading": (_APPEND, "person_id"),
    "access_readingof": (_APPEND, ""),
    # The right to change its number is the right to lock it while it is reviewed; its trigger refuses the change.
    "access_emergency": ("SELECT, INSERT, UPDATE (id)", "person_id"),
    "access_emergency_review": (_APPEND, "by_id"),
    "access_shield": (_APPEND, "by_id"),
    "access_shield_named": (_APPEND, ""),
    "access_shield_lifted": (_APPEND, "by_id"),
    "access_conflict": (_APPEND, "by_id"),
    "access_conflict_ended": (_APPEND, "by_id"),
    "access_reached_limit": (_APPEND, "person_id"),
    "access_limit_review": (_APPEND, "by_id"),
    "access_miss": (_APPEND, "person_id"),
    "access_vault_reveal": (_APPEND, "person_id"),
    "access_canary_opening": (_APPEND, "person_id"),
    "access_canary_review": (_APPEND, "by_id"),
    # Whoever approves a request, or is told something, need not have a tie.
    "access_demand": (_APPEND, "by_id"),
    "access_demand_approval": (_APPEND, "by_id"),
    "access_demand_told": (_APPEND, "by_id"),
    # Holds and what two people decided about erasing. That it was erased is written by the operator's command alone.
    "access_hold": (_APPEND, "by_id"),
    "access_hold_ended": (_APPEND, "by_id"),
    "access_erasure": (_APPEND, "by_id"),
    "access_erasure_answer": (_APPEND, "by_id"),
    "access_erased": (_READ, ""),
    "access_erased_swept": (_READ, ""),
    "sharing_message": ("SELECT, INSERT, UPDATE (id)", ""),
    "sharing_message_event": (_APPEND, ""),
    "sharing_handover": ("SELECT, INSERT, UPDATE (id)", ""),
    "sharing_rung": (_APPEND, ""),
    "sharing_answer": (_APPEND, ""),
    "sharing_errand": (_ALL, ""),
    "sharing_work_offered": (_APPEND, "by_id"),
    # The right to change its number is the right to hold a duty's rota while somebody changes it.
    "sharing_rota_duty": ("SELECT, INSERT, UPDATE (id)", ""),
    "sharing_rota_duty_ended": (_APPEND, "by_id"),
    "sharing_rota_pattern": (_APPEND, "by_id"),
    "sharing_rota_pattern_ended": (_APPEND, "by_id"),
    "sharing_rota_change": (_APPEND, "by_id"),
    "sharing_cover_asked": (_APPEND, "by_id"),
    "sharing_cover_answered": (_APPEND, "by_id"),
    "sharing_rung_lookup": (_APPEND, ""),
    "sharing_work_answered": (_APPEND, "by_id"),
    "access_post_confirmed": (_APPEND, "by_id"),
    # Digests of what tells where some child lives: never compared in anybody's record.
    "missing_never_compared": (_APPEND, ""),
    "missing_report_draft": (_ALL, "person_id"),
    "missing_paper_pack": (_APPEND, "person_id"),
}

# No child in them, or needed before anybody is known.
PLAIN_TABLES: Mapping[str, str] = {
    "access_agency": _READ,
    # Keyed digests: who reads them without the installation's key learns how many there are, and not which.
    "access_canary": _READ,
    "access_canary_watcher": _READ,
    "access_person": "SELECT, UPDATE (last_login, password, factor_changed)",
    "access_person_groups": _READ,
    "access_person_user_permissions": _READ,
    "access_post": _READ,
    "access_sign_in_try": _REPLACE,
    # A second factor is asked for before it is known who somebody is.
    "access_code_generator": _ALL,
    "access_paper_code": _ALL,
    "access_passkey": "SELECT, INSERT, UPDATE (count, used_at, ended_at)",
    # Directories are operators' to change; who is joined is asked before it is known who somebody is.
    "access_directory": _READ,
    "access_directory_joined": "SELECT, INSERT, UPDATE (ended_at, ended_by_id)",
    # Keys of partners' systems: digests, made and ended by operators.
    "access_system_key": _READ,
    "sharing_contact": _READ,
    "auth_group": _READ,
    "auth_group_permissions": _READ,
    "auth_permission": _READ,
    "django_content_type": _READ,
    "django_migrations": _READ,
    "django_session": _ALL,
}

# What is taken in from files belongs to operators' commands: pages have no right to it at all.
OPERATORS_TABLES = frozenset(
    {
        *("returns_delivery", "returns_rowkeptaside", "sharing_watch_began", "sharing_watched"),
        *("access_recipient", "access_recipient_ended", "access_package", "sharing_gap_told"),
    }
)

_READER = "(SELECT NULLIF(current_setting('holdfast.reader', true), '')::integer)"
_SAID = f"{_READER} IS NOT NULL"

# Coarser than `access.rules`, and never stricter than it: it does not know roles and acts, and gives an hour's grace.
# Names come from here, never from outside. The reader's agencies are found once; OFFSET 0 has the ties looked up child
# by child: without it the planner reads every tie of an agency (97,000: 50 ms) to answer for the 21 children of a list.
_MAY_READ = f"""(
    EXISTS (
        SELECT 1 FROM access_tie AS tie
        WHERE tie.child_id = {{table}}.child_id AND (tie.ends IS NULL OR tie.ends > now() - interval '1 hour')
        AND tie.agency = ANY (ARRAY(
            SELECT post.agency_id FROM access_post AS post
            WHERE post.person_id = {_READER} AND (post.ends_on IS NULL OR post.ends_on >= current_date)
        ))
        OFFSET 0
    )
    AND child_id NOT IN (
        SELECT shield.child_id FROM access_shield AS shield
        WHERE NOT EXISTS (SELECT 1 FROM access_shield_lifted AS lifted WHERE lifted.shield_id = shield.id)
        AND NOT EXISTS (
            SELECT 1 FROM access_shield_named AS named
            WHERE named.shield_id = shield.id AND named.person_id = {_READER}
        )
    )
    OR child_id IN (
        SELECT opening.child_id FROM access_emergency AS opening
        WHERE opening.person_id = {_READER} AND opening.ends > now() - interval '1 hour'
        AND NOT EXISTS (
            SELECT 1 FROM access_emergency_review AS review
            WHERE review.opening_id = opening.id AND review.outcome = 'not-justified'
        )
    )
)
AND child_id NOT IN (
    SELECT conflict.child_id FROM access_conflict AS conflict
    WHERE conflict.person_id = {_READER}
    AND NOT EXISTS (SELECT 1 FROM access_conflict_ended AS ended WHERE ended.conflict_id = conflict.id)
)"""  # noqa: S608


class NotPostgreSQL(Exception):
    """Only PostgreSQL has roles and row-level security."""


def harden(password: str | None = None) -> list[str]:
    """Make the role and the wall, or make them again; all or nothing. Returns tables that it does not know: the role
    has no right to those. A password is set only when it is given. Raises NotPostgreSQL."""
    from django.db import connection, transaction

    if connection.vendor != "postgresql":
        raise NotPostgreSQL
    with transaction.atomic(), connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        _hold(cursor, there)
        _make_role(cursor, password)
        for table, rights in CHILD_TABLES.items():
            _grant(cursor, table, rights)
            _close(cursor, table, rights, read=_MAY_READ.format(table=table), write=_SAID, change=_SAID)
        for table, (rights, own) in STATED_TABLES.items():
            _grant(cursor, table, rights)
            theirs = f"{own} = {_READER}" if own else _SAID
            # An opening is locked by whoever reviews it, an old draft deleted by whoever comes next.
            lock = _SAID if table in ("access_emergency", "missing_report_draft") else theirs
            _close(cursor, table, rights, read=_SAID, write=theirs, change=lock)
        for table, rights in PLAIN_TABLES.items():
            _grant(cursor, table, rights)
    return sorted(there - CHILD_TABLES.keys() - STATED_TABLES.keys() - PLAIN_TABLES.keys() - OPERATORS_TABLES)


def _hold(cursor: Any, tables: Iterable[str]) -> None:
    """Every table, before any right is changed: taking rights away from all tables changes each of them. The database's
    own sweeping of a table (autovacuum) waits for a right that was changed, and holds the table that is wanted next,
    each waiting for the other; here it gives way."""
    names = ", ".join(f'"{table}"' for table in sorted(tables))
    cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def make_role_if_absent() -> None:
    """The role itself, without any right: what policies name must be there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE}")


def _make_role(cursor: Any, password: str | None) -> None:
    from psycopg import sql

    make_role_if_absent()
    cursor.execute(f"ALTER ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT")
    if password is not None:
        cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ROLE), sql.Literal(password)))
    cursor.execute("SELECT current_database()")
    (database,) = cursor.fetchone()
    for revoke in ("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC", f"REVOKE ALL ON DATABASE {{}} FROM {ROLE}",
                   f"GRANT CONNECT ON DATABASE {{}} TO {ROLE}"):  # fmt: skip
        cursor.execute(sql.SQL(revoke).format(sql.Identifier(database)))
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}")
    cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
    cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")


def _grant(cursor: Any, table: str, rights: str) -> None:
    # REVOKE on a table leaves the rights on its columns: those are taken away too, so that a second run begins clean.
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    (columns,) = cursor.fetchone()
    cursor.execute(f"REVOKE UPDATE ({columns}) ON {table} FROM {ROLE}")
    cursor.execute(f"GRANT {rights} ON {table} TO {ROLE}")


def _close(cursor: Any, table: str, rights: str, *, read: str, write: str, change: str) -> None:
    cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    conditions = {
        "SELECT": f"USING ({read})",
        "INSERT": f"WITH CHECK ({write})",
        "UPDATE": f"USING ({change}) WITH CHECK ({change})",
        "DELETE": f"USING ({change})",
    }
    for act, condition in conditions.items():
        name = f"second_wall_{act.lower()}"
        cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
        if re.search(rf"\b{act}\b", rights):
            cursor.execute(f"CREATE POLICY {name} ON {table} FOR {act} TO {ROLE} {condition}")


def soften() -> None:
    """Take the wall down again. The role stays, without rights. Raises NotPostgreSQL."""
    from django.db import connection, transaction

    if connection.vendor != "postgresql":
        raise NotPostgreSQL
    with transaction.atomic(), connection.cursor() as cursor:
        for table in (*CHILD_TABLES, *STATED_TABLES):
            for act in ("select", "insert", "update", "delete"):
                cursor.execute(f"DROP POLICY IF EXISTS second_wall_{act} ON {table}")
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}")
        cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {ROLE}")


def weaknesses() -> list[str]:
    """What of this database is not as it should be, in plain words: settings on which an acknowledged entry rests, and
    what the role in use could do that the role that serves pages must not."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return _embedded_weaknesses(cursor)
        found = []
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute("SELECT current_setting(%s)", [setting])
            if cursor.fetchone()[0] == "off":
                found.append(f"{setting} is off: a power cut can lose what was acknowledged.")
        return found + _strong_role(cursor)


# Said in full, so that nobody sets it without knowing what it gives up.
SERVE_AS_OWNER = "HOLDFAST_SERVE_AS_OWNER"
IN_WORDS = "yes, without the second wall"


class TooStrong(Exception):
    """The server would sign in to PostgreSQL as a role that can change the record."""


def refuse_strong_role(told: str) -> None:
    """Raises TooStrong where pages would be served by a role that owns the record, passes by row-level security or may
    change entries, or where the wall is down; unless `told` says in words that this is wanted. The embedded database
    has one user and is not asked."""
    from django.db import connection

    if connection.vendor != "postgresql" or told == IN_WORDS:
        return
    with connection.cursor() as cursor:
        found = _strong_role(cursor)
    connection.close()
    if found:
        raise TooStrong(
            "Holdfast does not serve pages like this. " + " ".join(found) + "\nRun  holdfast database harden  as the "
            f"owner, and let the server's DATABASE_URL sign in as {ROLE}. To serve without the second wall all the "
            f'same, set {SERVE_AS_OWNER}="{IN_WORDS}".'
        )


def _embedded_weaknesses(cursor: Any) -> list[str]:
    wanted = {"journal_mode": ("wal",), "synchronous": (2, 3), "foreign_keys": (1,)}
    found = []
    for name, allowed in wanted.items():
        (value,) = cursor.execute(f"PRAGMA {name}").fetchone()
        if value not in allowed:
            found.append(f"{name} is {value}: a power cut can lose or break what was acknowledged.")
    return found


def _strong_role(cursor: Any) -> list[str]:
    cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    name, is_super, passes_by = cursor.fetchone()
    found = []
    if is_super or passes_by:
        found.append(f"{name} passes by row-level security. The server should sign in as {ROLE}.")
    cursor.execute(
        "SELECT relname, relrowsecurity, pg_has_role(current_user, relowner, 'MEMBER'), "
        "has_table_privilege(current_user, oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') "
        "FROM pg_class WHERE oid = 'chronology_entry'::regclass"
    )
    _, is_closed, is_owner, may_change = cursor.fetchone()
    if is_owner:
        found.append(f"{name} owns the record: it can drop triggers and policies.")
    elif may_change:
        found.append(f"{name} may change or delete entries.")
    if not is_closed:
        found.append("Row-level security is off. Run: holdfast database harden")
    return found
