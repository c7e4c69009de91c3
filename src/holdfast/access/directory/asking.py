"""One short question over the network to a directory, and its JSON answer.

The name is looked up once, every address behind it is judged, and the one that was judged is the one that is spoken to:
a description that names a machine inside the house, or a name that changes meanwhile, reaches nothing. Nothing is
followed elsewhere, the answer has a greatest length, and the whole question has an end, however slowly it drips.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Timer
from urllib.parse import urlencode, urlsplit

from holdfast.access.directory.provider import is_allowed
from holdfast.access.directory.refusals import NotReached, Why

LONGEST = 262_144  # bytes of an answer
EACH = 3.0  # seconds for connecting, and for each piece of an answer
WHOLE = 6.0  # seconds for everything
_LOOKING_UP = ThreadPoolExecutor(max_workers=4, thread_name_prefix="directory-names")


@dataclass(frozen=True, slots=True)
class Line:
    """How directories may be reached from here: `host` is the one that the operator named, which may stand inside the
    house's own network; `loopback` only in a demonstration and in tests."""

    host: str
    loopback: bool = False
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)


class _Connection(http.client.HTTPConnection):
    """A line to one machine that was judged. `Host` and the certificate go by the name."""

    def __init__(self, host: str, port: int, where: str, trusted: ssl.SSLContext | None) -> None:
        self.default_port = 443 if trusted else 80  # what `Host` leaves out
        super().__init__(host, port, timeout=EACH)
        self._where, self._trusted = where, trusted
        self._line: socket.socket | None = None  # `sock` is forgotten as soon as an answer has begun

    def connect(self) -> None:
        self.sock = self._line = socket.create_connection((self._where, self.port), EACH)
        if self._trusted is not None:
            self.sock = self._line = self._trusted.wrap_socket(self.sock, server_hostname=self.host)

    def hang_up(self) -> None:
        """From another thread: whoever waits for a word gets none."""
        if self._line is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)


def ask(
    line: Line, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> object:
    """The JSON at an address: read, or with `form` posted. Raises NotReached, which holds no word of the answer."""
    if not is_allowed(address, loopback=line.loopback):
        raise NotReached(Why.ADDRESS)
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    connection = _Connection(
        host, port, str(_judged(line, host, port)), line.trusted if parts.scheme == "https" else None
    )
    sent = {"Accept": "application/json", "Connection": "close", **(headers or {})}
    body = None
    if form is not None:
        body = urlencode(form)
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    late = Timer(WHOLE, connection.hang_up)
    late.daemon = True
    late.start()
    try:
        connection.request("GET" if form is None else "POST", path, body, sent)
        said = _read(connection.getresponse())
        if late.finished.is_set():  # what was hung up on may look whole
            raise NotReached(Why.SILENT)
        return said
    except NotReached:
        raise
    except (OSError, http.client.HTTPException, ValueError, UnicodeError):
        raise NotReached(Why.SILENT) from None
    finally:
        late.cancel()
        connection.close()


def _read(answer: http.client.HTTPResponse) -> object:
    if 300 <= answer.status < 400:
        raise NotReached(Why.REDIRECTED)
    if answer.status != 200:
        raise NotReached(Why.STATUS)
    data = answer.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise NotReached(Why.TOO_LONG)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise NotReached(Why.NOT_JSON) from None


def _judged(line: Line, host: str, port: int) -> IPv4Address | IPv6Address:
    try:
        looked_up = _LOOKING_UP.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = [ip_address(str(one[4][0]).partition("%")[0]) for one in looked_up.result(EACH)]
    except (OSError, UnicodeError, ValueError, TooLate):
        raise NotReached(Why.SILENT) from None
    if not found or not all(may_be_asked(one, named=host == line.host, loopback=line.loopback) for one in found):
        raise NotReached(Why.ADDRESS)
    return found[0]


def may_be_asked(there: IPv4Address | IPv6Address, *, named: bool, loopback: bool) -> bool:
    """Whether a machine may be spoken to: any on the open network; one inside the house only under the name that the
    operator gave; this machine itself only where `loopback` says so; never what is local to the wire, where clouds keep
    their keys."""
    there = getattr(there, "ipv4_mapped", None) or there
    if there.is_loopback:
        return loopback
    if there.is_link_local or there.is_multicast or there.is_unspecified:
        return False
    return there.is_global or (named and there.is_private)
