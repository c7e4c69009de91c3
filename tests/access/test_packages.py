"""Outgoing packages: the scanner first, a key that somebody compared, a reading, and only the recipient opens it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.db import DatabaseError, transaction
from typer.testing import CliRunner

from holdfast.access.actions import CannotDecide, NotForThem
from holdfast.access.models import Person, Reading
from holdfast.access.packages import actions
from holdfast.access.packages.actions import (
    NotSent,
    add_recipient,
    children_named,
    end_recipient,
    fingerprint,
    make_package,
)
from holdfast.access.packages.rows import Package, Recipient
from holdfast.access.queries import reader
from holdfast.cli.main import every_command
from tests.web.conftest import AMINA, TUAN, county, static_folder  # noqa: F401

pytestmark = pytest.mark.django_db
HOW = "Read to Sgt Reid, who rang 01632 960 117, 23 November"
FOR = "For the strategy meeting of the missing unit"
TABLE = f"child,when\r\n{TUAN},2026-11-20\r\n".encode()


def _now() -> datetime:
    return datetime.now(UTC)


def _who(username: str) -> Any:
    return reader(Person.objects.get(username=username), _now())


@pytest.fixture
def theirs(county: datetime) -> Any:  # noqa: F811
    """The identity that only the police hold; its public half is believed here."""
    identity = pyrage.x25519.Identity.generate()
    by = Person.objects.get(username="manager")
    add_recipient("marpol", name="Marrowshire Police", key=str(identity.to_public()), confirmed=HOW, by=by, at=_now())
    return identity


def _make(data: bytes = TABLE, name: str = "table.csv", by: str = "okafor", **other: Any) -> Any:
    given = {"to": "marpol", "about": {TUAN}, "reason": FOR} | other
    return make_package(_who(by), name, data, at=_now(), **given)


def test_49_only_the_recipient_opens_it_and_it_says_the_same(theirs: Any) -> None:
    made = _make()
    assert made.data.startswith(b"age-encryption.org/v1") and TUAN.encode() not in made.data
    assert pyrage.decrypt(made.data, [theirs]) == TABLE
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(made.data, [pyrage.x25519.Identity.generate()])
    assert _make().data != made.data, "made fresh each time"


def test_36_49_each_package_is_a_reading_of_every_child_that_it_names(theirs: Any) -> None:
    both = TABLE + f"{AMINA},2026-11-21\r\n".encode()
    assert children_named(both) == {TUAN, AMINA}
    made = _make(both)
    assert made.deed.children == 2 and made.deed.by.username == "okafor"
    assert Reading.objects.get(page="package").children == " ".join(sorted([TUAN, AMINA]))


def test_50_a_file_that_the_scanner_stops_is_never_encrypted(theirs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("encrypted")

    monkeypatch.setattr(pyrage, "encrypt", never)
    for name, data in (
        ("table.csv", b"a,=HYPERLINK(1)\r\n"), ("report.pdf", b"no pdf"), ("all.zip", b"PK"), ("x.xlsx", b"PK"),
        ("letter.docx", b"PK"), ("none", b""),
    ):  # fmt: skip
        with pytest.raises(NotSent):
            _make(data, name)
    assert not Package.objects.exists() and not Reading.objects.filter(page="package").exists()


def test_50_the_reading_is_written_before_anything_is_encrypted(theirs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwritten(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(actions, "record_reading", unwritten)
    with pytest.raises(DatabaseError):
        _make()
    assert not Package.objects.exists()


@pytest.mark.parametrize("by", ["hale", "guardian", "elm"])
def test_19_nobody_sends_a_child_whom_they_may_not_open(theirs: Any, by: str) -> None:
    for about in ({AMINA}, set(), {"ZZZZ-9999"}):
        with pytest.raises(NotForThem):
            _make(f"x,{AMINA}\r\n".encode(), by=by, about=about)
    assert not Package.objects.exists()


@pytest.mark.parametrize("other", [{"to": "nobody"}, {"to": ""}, {"reason": "needed"}])
def test_49_without_a_recipient_or_a_reason_nothing_is_made(theirs: Any, other: dict[str, str]) -> None:
    with pytest.raises(NotSent):
        _make(**other)


def test_49_a_key_is_believed_only_when_somebody_compared_it(theirs: Any) -> None:
    by, key = Person.objects.get(username="manager"), str(pyrage.x25519.Identity.generate().to_public())
    good = {"name": "Low Council", "key": key, "confirmed": HOW, "by": by, "at": _now()}
    private = str(pyrage.x25519.Identity.generate())
    for wrong in (
        {"confirmed": ""},
        {"confirmed": "yes"},
        {"key": "age1x"},
        {"key": ""},
        {"key": private},
        {"name": " "},
    ):
        with pytest.raises(CannotDecide):
            add_recipient("low", **{**good, **wrong})
    for code in ("", "x", "LOW COUNCIL", "../low", "marpol"):
        with pytest.raises(CannotDecide):
            add_recipient(code, **good)
    assert fingerprint(key) != fingerprint(str(theirs.to_public())) and len(fingerprint(key)) == 24
    end_recipient("marpol", reason="The key was lost", by=by, at=_now())
    with pytest.raises(NotSent, match="ended"):
        _make()
    assert add_recipient("marpol", **good)


def test_39_recipients_and_packages_are_never_changed(theirs: Any) -> None:
    _make()
    for rows, change in ((Recipient.objects, {"key": "age1other"}), (Package.objects, {"reason": "none"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all()._raw_delete("default")


def test_49_at_the_command_line(theirs: Any, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(every_command(), list(words))

    file, out = tmp_path / "table.csv", tmp_path / "table.csv.age"
    file.write_bytes(TABLE)
    asked = ("package", str(file), "--to", "marpol", "--out", str(out), "--by", "okafor", "--for", FOR)
    assert run(*asked).exit_code == 2 and not out.exists(), "it must be said whom it is about"
    assert run(*asked, "--about-no-child").exit_code == 0, "the child named in it is found all the same"
    assert pyrage.decrypt(out.read_bytes(), [theirs]) == TABLE and out.stat().st_mode & 0o077 == 0
    again = run(*asked, "--about", TUAN)
    assert again.exit_code == 2 and "is there already" in again.output
    file.write_text("a,=1+1\n")
    other = tmp_path / "other.age"
    stopped = run("package", str(file), "--to", "marpol", "--out", str(other), "--by", "okafor", "--for", FOR,
                  "--about", TUAN)  # fmt: skip
    assert stopped.exit_code == 2 and "does not leave" in stopped.output and not other.exists()
    assert HOW in run("recipients", "list").output
    key = str(pyrage.x25519.Identity.generate().to_public())
    first = run("recipients", "add", "low", "--name", "Low", "--key", key, "--by", "manager")
    assert fingerprint(key) in first.output and not Recipient.objects.filter(code="low").exists()
    assert (
        run("recipients", "add", "low", "--name", "Low", "--key", key, "--by", "manager", "--confirmed", HOW).exit_code
        == 0
    )
    assert run("recipients", "end", "low", "--by", "manager", "--reason", "test").exit_code == 0
