"""The embedded server: one process, so that SQLite has one writer and one fair queue in front of it."""

from __future__ import annotations

import signal
import sys
from types import FrameType

THREADS = 8


class PortInUse(Exception):
    """Another program listens there."""


def run(host: str, port: int) -> None:
    """Serve until Ctrl-C or a termination signal, then finish what is under way and stop.

    Raises PortInUse, second_wall.TooStrong.
    """
    from waitress.server import create_server

    from holdfast.config.wsgi import application

    try:
        server = create_server(
            application,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            # A proxy on this machine says who asks and whether by TLS; from anywhere else these headers are dropped.
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
        )
    except OSError as error:
        raise PortInUse(f"Port {port} is in use. Choose another: PORT=8001 make demo") from error

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        server.run()
    finally:
        server.close()
        print("\nStopped. Everything that was entered is kept.", file=sys.stderr)  # noqa: T201
