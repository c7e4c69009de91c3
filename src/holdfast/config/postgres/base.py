"""Django's PostgreSQL backend, which says at the start of each transaction who reads: see `config/reading_as.py`.

Local to the transaction: with a pool in between, or a connection that is used again, nobody reads as somebody else.
"""

from __future__ import annotations

from django.db.backends.postgresql import base

from holdfast.config.reading_as import SETTING, reader_now


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins a transaction, and says for whom."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and (reader := reader_now()):
            with self.wrap_database_errors:
                # Local to the transaction, and in the same breath as its BEGIN.
                self.connection.execute("SELECT set_config(%s, %s, true)", [SETTING, reader])
