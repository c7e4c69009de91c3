"""Django's SQLite backend on SQLCipher: the whole file encrypted, and a SQLite newer than the WAL-reset fault.

The key is set inside `get_new_connection`, before anything else touches the file: set later, it works on a new
file and fails on reopening. OPTIONS takes `key` (64 hex digits) and Django's own SQLite options.
"""

from __future__ import annotations

import datetime
import decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database

from holdfast.config.sqlcipher.queue import lock_of

# 3.51.3 mends a fault by which a write-ahead log could be reset under a reader and corrupt the file.
SAFE_SQLITE = (3, 51, 3)

Database.register_converter("bool", b"1".__eq__)
Database.register_converter("date", base.decoder(parse_date))
Database.register_converter("time", base.decoder(parse_time))
Database.register_converter("datetime", base.decoder(parse_datetime))
Database.register_converter("timestamp", base.decoder(parse_datetime))
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, base.adapt_date)
Database.register_adapter(datetime.datetime, base.adapt_datetime)


class EncryptedCursor(Database.Cursor):
    """Django writes %s, SQLite wants a question mark."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        return super().execute(_question_marks(query, params), params)

    def executemany(self, query: str, param_list: Any) -> Any:
        rows = list(param_list)
        return super().executemany(_question_marks(query, rows[0] if rows else ()), rows)


def _question_marks(query: str, params: Any) -> str:
    if isinstance(params, dict):
        return query % {name: f":{name}" for name in params}
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens an encrypted file with its key."""

    Database = Database
    display_name = "SQLite (encrypted)"

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        self._key = params.pop("key", "")
        params["detect_types"] = Database.PARSE_DECLTYPES | Database.PARSE_COLNAMES
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if Database.sqlite_version_info < SAFE_SQLITE:
            raise ImproperlyConfigured(
                f"SQLite {Database.sqlite_version} can corrupt its write-ahead log; 3.51.3 or newer is needed"
            )
        connection = Database.connect(**conn_params)
        if self._key:
            if len(self._key) != 64 or not all(c in "0123456789abcdef" for c in self._key):
                raise ImproperlyConfigured("the database key must be 64 hexadecimal digits")
            connection.execute(f"PRAGMA key = \"x'{self._key}'\"")
        register_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        for command in self.init_commands:  # type: ignore[attr-defined]
            if command := command.strip():
                connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=EncryptedCursor)

    # A transaction waits its turn before BEGIN IMMEDIATE and hands over when it ends, however it ends.
    _holds_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        name = str(self.settings_dict["NAME"])
        timeout = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        if not self._holds_turn and not lock_of(name).acquire(timeout):
            raise Database.OperationalError("database is locked")
        self._holds_turn = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._hand_over()
            raise

    def _hand_over(self) -> None:
        if self._holds_turn:
            self._holds_turn = False
            lock_of(str(self.settings_dict["NAME"])).release()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        # A COMMIT that fails leaves the transaction open: Django rolls back next, and the turn ends there.
        self._hand_over()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._hand_over()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._hand_over()
