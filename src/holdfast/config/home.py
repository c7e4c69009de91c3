"""Where an installation keeps its file, its keys and its outgoing messages."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The installation's folder: HOLDFAST_HOME, or `var` where the command is run."""
    folder = Path(os.environ.get("HOLDFAST_HOME", "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def key(name: str) -> str:
    """A secret of 32 bytes as hex: from the environment (HOLDFAST_<NAME>), else made once and kept at mode 600."""
    given = os.environ.get(f"HOLDFAST_{name.upper()}")
    if given:
        return given
    path = home() / f"{name}.secret"
    try:
        # Exclusive creation: two processes starting at once must not make two keys.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()


_DEMO = "demonstration"


def is_demo() -> bool:
    """Whether this installation was made by `holdfast demo`: nobody in it is real."""
    return (home() / _DEMO).exists()


def mark_as_demo() -> None:
    """Mark a new installation as a demonstration. One that holds a database already is not marked."""
    if not (home() / "holdfast.db").exists():
        (home() / _DEMO).touch(mode=0o600)
