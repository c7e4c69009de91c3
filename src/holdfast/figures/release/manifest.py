"""The manifest: what a release was made from, what it says, and every file by its hash; signed with Ed25519.

Nothing in it depends on a clock. Inputs hold small numbers, and a plain hash of a small table can be found again by
trying: an input's mark is therefore a SHA-256 keyed with the house's secret (HMAC), which only the house can compute.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.evidence.cells import Cell

FORMAT = "holdfast-release/1"
MANIFEST, SIGNATURE = "manifest.json", "signature.txt"
_MADE_WITH = ("evidence/**/*", "figures/**/*", "authorities/**/*", "documents/release_report.*")
_KINDS = (".py", ".toml", ".csv", ".html", ".css", ".typ")


class NotARelease(ValueError):
    """The folder holds no release, or one whose manifest cannot be trusted. The message says why."""


def digest_of_code() -> str:
    """One SHA-256 over everything that figures are made with: rules, templates and shipped tables."""
    whole = sha256()
    top = Path(str(files("holdfast")))
    for pattern in _MADE_WITH:
        for path in sorted(top.glob(pattern)):
            if path.suffix in _KINDS and "__pycache__" not in path.parts:
                whole.update(f"{path.relative_to(top).as_posix()}\0".encode() + sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def marks_of(inputs: Mapping[str, bytes], secret: str) -> dict[str, str]:
    """Each input's keyed SHA-256, by its name in the evidence folder."""
    return {name: _mark(data, secret) for name, data in sorted(inputs.items())}


def marks_of_answers(cells: Iterable[Cell], secret: str) -> dict[str, dict[str, str]]:
    """By authority, and period and item: a keyed mark of what the answer was read as. It shows that an answer changed,
    and nothing else."""
    found: dict[str, dict[str, str]] = {}
    for cell in cells:
        said = json.dumps([cell.authority, cell.period, cell.item, cell.lower, cell.upper, cell.reason])
        found.setdefault(cell.authority, {})[f"{cell.period}: {cell.item}"] = _mark(said.encode(), secret)[:16]
    return found


def _mark(data: bytes, secret: str) -> str:
    key = sha256(b"holdfast release inputs\0" + bytes.fromhex(secret)).digest()
    return hmac.new(key, data, sha256).hexdigest()


def public_key(secret: str) -> str:
    """The half of the key that others check with: 64 hexadecimal digits. Raises ValueError."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw().hex()


def as_bytes(manifest: Mapping[str, Any]) -> bytes:
    """The file: the same content gives the same bytes."""
    return (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def signed(manifest: bytes, secret: str) -> bytes:
    """The signature's file: 128 hexadecimal digits over the manifest's bytes."""
    return (Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).sign(manifest).hex() + "\n").encode()


def files_of(made: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Hash and length by path."""
    return {name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(made.items())}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release folder, not yet checked. Raises NotARelease."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise NotARelease(f"{folder} has no {MANIFEST}: it is no release") from None
    except (ValueError, OSError) as problem:
        raise NotARelease(f"{folder / MANIFEST} cannot be read: {problem}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotARelease(f"{folder / MANIFEST} is not a manifest of a release")
    return found


def differences(folder: Path, key: str = "", inputs: Mapping[str, bytes] | None = None, secret: str = "") -> list[str]:
    """What in a release folder is not as it was signed, in plain sentences; empty where all is whole.

    `key` is the publisher's public key as obtained elsewhere; without it, the key named in the manifest only shows
    that manifest and signature belong together. With `inputs` and `secret` the inputs are compared too.
    Raises NotARelease.
    """
    manifest = read_manifest(folder)
    found = _signature(folder, str(manifest.get("key", "")), key)
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        raise NotARelease("The manifest lists no files")
    here = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
    for name, path in here.items():
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            found.append(f"{name} is not part of the release")
        elif name in listed and path.is_symlink():
            found.append(f"{name} is a link and not a file")
    for name, held in sorted(listed.items()):
        if name not in here:
            found.append(f"{name} is missing")
        elif sha256(here[name].read_bytes()).hexdigest() != held.get("sha256"):
            found.append(f"{name} was changed after the release")
    if inputs is not None:
        found += _inputs(manifest.get("inputs", {}), marks_of(inputs, secret))
    return found


def _signature(folder: Path, named: str, key: str) -> list[str]:
    if key and named != key:
        return ["The release names another key than the one given: somebody else signed it"]
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key or named))
        public.verify(bytes.fromhex((folder / SIGNATURE).read_text().strip()), (folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return [f"{SIGNATURE} is missing: nothing shows who made this release"]
    except ValueError:
        return ["The key or the signature is not in hexadecimal digits as it must be"]
    except InvalidSignature:
        return [f"{MANIFEST} was changed after it was signed, or somebody else signed it"]
    return []


def _inputs(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    found = []
    for name in sorted({*then, *now}):
        if name not in now:
            found.append(f"the input {name} is gone")
        elif name not in then:
            found.append(f"the input {name} was not there")
        elif then[name] != now[name]:
            found.append(f"the input {name} is not the one that the release was made from (or the key is another)")
    return found
