"""Everything sealed anew under the current key, and the check that every value opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from holdfast.access.directory.rows import Directory
from holdfast.access.factors.rows import CodeGenerator
from holdfast.access.vault.actions import key_file, ring, seal_anew
from holdfast.access.vault.keys import KeyRing, VaultClosed, write_ring
from holdfast.access.vault.rows import Photograph, VaultRow
from holdfast.access.vault.sealing import unseal

BATCH = 200
# What is sealed with the keys of the vault: where children live, their photographs, the secrets of code generators, and
# those with which Holdfast stands in agencies' directories.
_SEALED: tuple[Any, ...] = (VaultRow, Photograph, CodeGenerator, Directory)


def new_key() -> str:
    """Put a fresh key on the ring and make it current. Returns its id. What was sealed before still opens."""
    fresh = ring().with_new_key()
    write_ring(key_file(), fresh)
    return fresh.current


def rotate(progress: Callable[[int], None] | None = None) -> int:
    """Seal anew, in batches, whatever is not under the current key. Returns how many values were.

    Each batch commits by itself: killed at any moment it leaves every value under one key or the other, and the next
    run goes on with what is left. Raises VaultClosed at a value that does not open; nothing of its batch is changed.
    """
    done = 0
    for model in _SEALED:
        while count := seal_anew(model, BATCH):
            done += count
            if progress:
                progress(done)
    return done


def retire_key(key_id: str) -> None:
    """Take a key off the ring. Raises VaultClosed while a value is still sealed with it."""
    smaller = ring().without(key_id)
    if any(model.objects.filter(key=key_id).exists() for model in _SEALED):
        raise VaultClosed("Values are still sealed with that key. Run: holdfast vault rotate")
    write_ring(key_file(), smaller)


@dataclass(slots=True)
class VaultVerdict:
    """What the check of the vault found. `broken`: the row's id and what is wrong, never a value or a child."""

    values: int = 0
    broken: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.broken

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify_vault() -> VaultVerdict:
    """Open every value once and throw the text away. Writes nothing."""
    verdict = VaultVerdict()
    if not any(model.objects.exists() for model in _SEALED):
        return verdict
    try:
        keys = ring()
    except VaultClosed as closed:
        return VaultVerdict(VaultRow.objects.count(), [("", str(closed))])
    for model in (CodeGenerator, Photograph, Directory):
        for held in model.objects.iterator(chunk_size=100):
            if held.key:  # else it was erased, and `access.keeping` says by whom; or the directory has ended
                _try(keys, held, verdict)
    versions: dict[tuple[str, str], int] = {}
    for row in VaultRow.objects.order_by("child_id", "place", "number").iterator(chunk_size=1000):
        verdict.values += 1
        place = (row.child_id, row.place)
        versions[place] = versions.get(place, 0) + 1
        if row.number != versions[place]:
            verdict.broken.append((str(row.pk), "an earlier version is gone"))
            versions[place] = row.number
        if row.key:
            _try(keys, row, verdict)
    return verdict


def _try(keys: KeyRing, row: VaultRow | Photograph | CodeGenerator | Directory, verdict: VaultVerdict) -> None:
    try:
        unseal(keys, row.key, row.belongs, bytes(row.sealed))
    except VaultClosed as closed:
        verdict.broken.append((str(row.pk), str(closed)))
