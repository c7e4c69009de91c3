"""`post.toml` of a round's folder: who asks, where replies go, and the servers. Never a password: those stand in the
environment (`HOLDFAST_ROUND_SMTP_PASSWORD`, `HOLDFAST_ROUND_IMAP_PASSWORD`) or in a file of their own.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

FILE = "post.toml"
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*/=?^_`{|}~.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])")


class BadPost(ValueError):
    """The post cannot be used as it is set. The message names the place and the fault."""


class Security(StrEnum):
    """How the line to a server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # only to this machine itself


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server. `password_from` is the variable that may hold the password, `password_file` a file that does;
    `ca_file` holds certificates of a house's own authority."""

    host: str
    port: int
    security: Security
    username: str
    password_from: str
    password_file: Path | None
    ca_file: Path | None

    def password(self, environment: Mapping[str, str] = os.environ) -> str:
        """Raises BadPost where a name is given and no password is to be had."""
        if not self.username:
            return ""
        if given := environment.get(self.password_from):
            return given
        if self.password_file is None:
            raise BadPost(f"no password for {self.host}: set {self.password_from}, or password_file in {FILE}")
        try:
            if self.password_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise BadPost(f"{self.password_file} can be read by others: chmod 600")
            return self.password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeError) as error:
            raise BadPost(f"{self.password_file} cannot be read: {error}") from None

    def context(self) -> ssl.SSLContext:
        """Certificates and names are always checked. Raises BadPost."""
        try:
            return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        except (OSError, ssl.SSLError) as error:
            raise BadPost(f"{self.ca_file} holds no certificates that can be used: {error}") from None


@dataclass(frozen=True, slots=True)
class Post:
    """The whole of it. `address` is what letters come from, `reply` what reply addresses are made of; `name` is who
    asks, which the Acts want (s8 of both). At most `per_minute` letters a minute and `per_day` in 24 hours.
    `envelope`: letters leave under their reply address ("reply"), so that notices come back to it; or under `address`
    ("from"), where a provider allows no other, and notices are known by the letter that they give back."""

    name: str
    address: str
    reply: str
    smtp: Server | None
    imap: Server | None
    mailbox: str
    per_minute: int
    per_day: int
    envelope: str = "reply"

    @property
    def own(self) -> frozenset[str]:
        """Our own addresses: mail from them goes round in a loop."""
        return frozenset((self.address.casefold(), self.reply.casefold()))

    def is_own(self, address: str) -> bool:
        """Whether it is ours, with or without what follows the plus sign."""
        local, _, domain = address.casefold().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.own


def plain_address(text: str) -> str:
    """The address if it is one plain address in ASCII, else empty."""
    words = text.strip()
    return words if _ADDRESS.fullmatch(words) and ".." not in words else ""


def read_post(folder: Path) -> Post:
    """Raises BadPost."""
    try:
        data = tomllib.loads((folder / FILE).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadPost(f"{folder} has no {FILE}: it says who asks and which mail server is used") from None
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise BadPost(f"{FILE} cannot be read: {error}") from None
    _only(data, {"name", "from", "reply", "per_minute", "per_day", "envelope", "smtp", "imap"}, FILE)
    address = _address(data, "from")
    if data.get("envelope", "reply") not in ("reply", "from"):
        raise BadPost(f"{FILE}: envelope is reply or from")
    imap = data.get("imap")
    return Post(
        _text(data, "name", FILE),
        address,
        _address(data, "reply") if "reply" in data else address,
        _server(data, "smtp", {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}, folder),
        _server(data, "imap", {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}, folder),
        str(imap.get("mailbox", "INBOX")) if isinstance(imap, dict) else "INBOX",
        _count(data, "per_minute", 20),
        _count(data, "per_day", 300),
        data.get("envelope", "reply"),
    )


def _only(data: Mapping[str, Any], known: set[str], place: str) -> None:
    if "password" in data:
        raise BadPost(f"{place} holds a password: take it out, change it, and use password_file or the environment")
    if unknown := sorted(set(data) - known):
        raise BadPost(f"{place}: {', '.join(unknown)} is not known")


def _text(data: Mapping[str, Any], name: str, place: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise BadPost(f"{place} has no {name} in quotation marks")
    return value.strip()


def _address(data: Mapping[str, Any], name: str) -> str:
    found = plain_address(_text(data, name, FILE))
    if not found or "+" in found:
        raise BadPost(f"{FILE}: {name} is no plain address without a plus sign")
    if len(found.partition("@")[0]) > 30:
        raise BadPost(f"{FILE}: {name} has more than 30 letters before the @, too many to make reply addresses of")
    return found


def _count(data: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = data.get(name, otherwise)
    if type(value) is not int or not 1 <= value <= 100_000:
        raise BadPost(f"{FILE}: {name} is a number from 1")
    return value


def _server(data: Mapping[str, Any], name: str, ports: Mapping[Security, int], folder: Path) -> Server | None:
    table = data.get(name)
    if table is None:
        return None
    place = f"[{name}] in {FILE}"
    if not isinstance(table, dict):
        raise BadPost(f"{place} is no table")
    known = {"host", "port", "security", "username", "password_file", "ca_file"}
    _only(table, known | ({"mailbox"} if name == "imap" else set()), place)
    host = _text(table, "host", place)
    if table.get("security", "starttls") not in set(Security):
        raise BadPost(f"{place}: security is one of {', '.join(Security)}")
    security = Security(table.get("security", "starttls"))
    if security is Security.NONE and not _is_this_machine(host):
        raise BadPost(f"{place}: without TLS only this machine itself is spoken to, and {host} is another")
    port = table.get("port", ports[security])
    if type(port) is not int or not 1 <= port <= 65535:
        raise BadPost(f"{place}: port is a number from 1 to 65535")
    files = {key: folder / str(table[key]) if key in table else None for key in ("password_file", "ca_file")}
    return Server(
        host, port, security, str(table.get("username", "")), f"HOLDFAST_ROUND_{name.upper()}_PASSWORD",
        files["password_file"], files["ca_file"],
    )  # fmt: skip


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
