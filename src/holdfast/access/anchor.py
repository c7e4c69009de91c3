"""An anchor: where every chain ended at one moment, folded into one digest that can be kept somewhere else.

A chain that is whole can still have been written anew from its beginning by somebody who holds the database. Against
an anchor that was taken earlier and lies elsewhere, that shows, and so does a tail that was cut off. The file names no
child and no person: each chain has a keyed name that only this installation can make. Its digest, the root, is one
line: it can be printed, e-mailed to a partner agency, or read over the telephone.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from holdfast.access.canaries.rows import CANARIES
from holdfast.access.deeds import DEEDS
from holdfast.access.demand.rows import DEMANDS
from holdfast.access.directory.rows import DIRECTORIES
from holdfast.access.keeping.rows import KEEPING
from holdfast.access.models import ReaderChain, Reading
from holdfast.access.packages.rows import PACKAGES
from holdfast.access.systems.rows import SYSTEMS
from holdfast.access.vault.rows import VAULT
from holdfast.chronology import chain
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.rows import utc

FORMAT = "holdfast-anchor/1"
_CHUNK = 500


class NotAnAnchor(ValueError):
    """The file is no anchor, or was changed since it was written."""


@dataclass(frozen=True, slots=True)
class End:
    """Where one chain ended: its keyed name, how many links, and the last link."""

    name: str
    length: int
    link: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Every chain's end at one moment (UTC)."""

    at: datetime
    ends: tuple[End, ...]

    @property
    def root(self) -> str:
        """One digest over all ends: a Merkle tree, in the order of their names."""
        return merkle(f"{e.name} {e.length} {e.link}" for e in sorted(self.ends, key=lambda e: e.name))

    def as_text(self) -> str:
        ends = [[e.name, e.length, e.link] for e in sorted(self.ends, key=lambda e: e.name)]
        return json.dumps({"format": FORMAT, "at": self.at.isoformat(), "root": self.root, "ends": ends}, indent=0)


def merkle(leaves: Iterable[str]) -> str:
    """The root over these leaves. Leaves and knots are hashed differently, so that neither passes for the other."""
    level = [sha256(b"\0" + leaf.encode()).digest() for leaf in leaves]
    if not level:
        return chain.START
    while len(level) > 1:
        pairs = [level[n : n + 2] for n in range(0, len(level), 2)]
        level = [sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex()


def _name(kind: str, key: object) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"anchor {kind} {key}".encode(), sha256).hexdigest()[:32]


def take(at: datetime) -> Anchor:
    """The ends of all chains as they stand: chronologies, reading logs, and every decision about access."""
    ends = [
        End(_name("child", ref), length, head)
        for ref, length, head in Chronology.objects.values_list("ref", "length", "head").iterator(chunk_size=2000)
    ]
    ends += [
        End(_name("reader", person), length, head)
        for person, length, head in ReaderChain.objects.values_list("person_id", "length", "head")
    ]
    return Anchor(utc(at), (*ends, *(end for _, end in _deeds())))


def _deeds() -> Iterator[tuple[str, End]]:
    """Each decision stands for itself: a chain of one."""
    for model in (*DEEDS, *VAULT, *DEMANDS, *CANARIES, *KEEPING, *PACKAGES, *DIRECTORIES, *SYSTEMS):
        table = model._meta.db_table
        left_out = getattr(model, "rotates", ())
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in left_out]
        for row in model._default_manager.values_list(*names).iterator(chunk_size=2000):
            said = [utc(v).isoformat() if isinstance(v, datetime) else str(v) for v in row]
            digest = chain.digest("", chain.canonical(dict(zip(names, said, strict=True))))
            yield f"A decision in {table}", End(_name(table, row[0]), 1, digest)


def read(text: str) -> Anchor:
    """An anchor from its file. Raises NotAnAnchor."""
    try:
        found: dict[str, Any] = json.loads(text)
        anchor = Anchor(
            datetime.fromisoformat(found["at"]),
            tuple(End(str(name), int(length), str(link)) for name, length, link in found["ends"]),
        )
        if found["format"] != FORMAT:
            raise NotAnAnchor("This is no anchor of Holdfast")
    except (json.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnAnchor("This is no anchor of Holdfast") from error
    if anchor.root != found["root"]:
        raise NotAnAnchor("This anchor was changed after it was written: its lines do not give its root")
    return anchor


def differences(anchor: Anchor) -> list[str]:
    """What is no longer as it was when the anchor was taken, in plain words. Chains may have grown since."""
    wanted = {e.name: e for e in anchor.ends}
    found: list[str] = []
    known = 0
    for what, name, links in _chains():
        end = wanted.pop(name, None)
        if end is None:
            continue
        known += 1
        if end.length and links.get(end.length) != end.link:
            found.append(f"{what}: what was link {end.length} when the anchor was taken is not there any more")
    for what, now in _deeds():
        end = wanted.pop(now.name, None)
        known += end is not None
        if end is not None and end.link != now.link:
            found.append(f"{what} was changed")
    if anchor.ends and not known:
        return ["Not one chain of this anchor is here: it was taken from another installation, or with another key"]
    if wanted:
        found.append(f"{len(wanted)} chains or decisions of the anchor are gone")
    return found


def _chains() -> Iterator[tuple[str, str, dict[int, str]]]:
    """Every chain: what it is, its keyed name, and its links by place."""
    after = ""
    while refs := list(Chronology.objects.filter(ref__gt=after).order_by("ref").values_list("ref", flat=True)[:_CHUNK]):
        after = refs[-1]
        links: dict[str, dict[int, str]] = {ref: {} for ref in refs}
        for ref, number, link in EntryRow.objects.filter(child_id__in=refs).values_list("child_id", "number", "hash"):
            links[ref][number] = link
        for ref in refs:
            yield f"The chronology of {ref}", _name("child", ref), links[ref]
    for person in ReaderChain.objects.values_list("person_id", flat=True):
        rows = Reading.objects.filter(person_id=person).values_list("number", "hash")
        yield f"The reading log of person {person}", _name("reader", person), dict(rows.iterator(chunk_size=2000))
