"""Check 38: an anchor leaves by itself every hour, signed, and what lies elsewhere is never written over."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from holdfast.access.anchor import Anchor, NotAnAnchor, differences, read, take
from holdfast.access.signed_anchor import as_signed_text, check_signature, public_key
from holdfast.chronology.models import EntryRow
from holdfast.cli.main import every_command
from holdfast.cli.outbox import carrying
from holdfast.sharing.anchoring import Outside, send_anchor
from holdfast.sharing.channels.afar import Afar
from holdfast.sharing.channels.files import Files
from holdfast.sharing.models import Message
from tests.builders import a_child, a_draft
from tests.web.conftest import county, static_folder  # noqa: F401

pytestmark = pytest.mark.django_db
SECRET, OTHER = "7" * 64, "8" * 64
HOUR = datetime(2026, 11, 23, 8, 20, tzinfo=UTC)


@pytest.fixture
def child() -> str:
    return a_child(a_draft("missing.noticed", "2026-11-20T22:40Z"))


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Outside]:
    (tmp_path / "afar").mkdir()
    return {
        "afar": Outside(Afar(tmp_path / "afar")),
        "partner": Outside(Files(tmp_path / "outbox", "email"), "records@lowmoor.example"),
    }


def test_38_every_hour_each_place_gets_one_and_the_second_look_does_nothing(
    child: str, places: dict[str, Outside], tmp_path: Path
) -> None:
    said = send_anchor(places, SECRET, HOUR, take)
    assert len(said) == 2 and all(one.is_left for one in said)
    assert send_anchor(places, SECRET, HOUR + timedelta(minutes=39), take) == []
    assert len(send_anchor(places, SECRET, HOUR + timedelta(hours=1), take)) == 2
    names = sorted(p.name for p in (tmp_path / "afar").iterdir())
    assert names == ["anchor-20261123T08Z.json", "anchor-20261123T09Z.json"]
    text = (tmp_path / "afar" / names[0]).read_text()
    anchor = check_signature(text, public_key(SECRET))
    assert differences(anchor) == [] and child not in text
    mail = (tmp_path / "outbox" / "anchor-20261123T08Z.email").read_text()
    assert anchor.root in mail and json.loads(text)["signature"] in mail and child not in mail


def test_38_what_lies_there_is_never_written_over(child: str, places: dict[str, Outside], tmp_path: Path) -> None:
    path = tmp_path / "afar" / "anchor-20261123T08Z.json"
    send_anchor(places, SECRET, HOUR, take)
    before = path.read_text()
    a_child(a_draft("missing.noticed", "2026-11-21T22:40Z"))
    afar = places["afar"].way
    monkey = afar.has  # two workers asked at the same moment, and both were told that nothing lies there
    afar.has = lambda parcel: None  # type: ignore[method-assign]
    send_anchor({"afar": places["afar"]}, SECRET, HOUR, take)
    afar.has = monkey  # type: ignore[method-assign]
    assert path.read_text() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name], "nothing is left aside"


def test_38_a_place_that_is_not_there_is_said_and_the_other_gets_it(
    child: str, places: dict[str, Outside], tmp_path: Path
) -> None:
    (tmp_path / "afar").rmdir()
    said = send_anchor(places, SECRET, HOUR, take)
    assert "did NOT go to afar" in said[0].words and "is the other machine mounted?" in said[0].words
    assert "is with partner" in said[1].words
    (tmp_path / "afar").mkdir()
    assert ["is with afar" in one.words for one in send_anchor(places, SECRET, HOUR, take)] == [True]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_38_a_folder_that_cannot_be_written_is_said(child: str, places: dict[str, Outside], tmp_path: Path) -> None:
    (tmp_path / "afar").chmod(0o500)
    assert "cannot be written" in send_anchor(places, SECRET, HOUR, take)[0].words


def test_38_nothing_is_taken_where_every_place_has_it(places: dict[str, Outside], child: str) -> None:
    send_anchor(places, SECRET, HOUR, take)

    def costly(at: datetime) -> Anchor:
        raise AssertionError("taken in vain")

    assert send_anchor(places, SECRET, HOUR, costly) == []
    assert send_anchor({}, SECRET, HOUR, costly) == []


@pytest.mark.parametrize("change", ["root", "signature", "at", "ends", "planted", "unsigned"])
def test_38_an_anchor_that_somebody_else_wrote_or_changed_is_refused(child: str, change: str) -> None:
    held = json.loads(as_signed_text(take(HOUR), SECRET))
    if change == "planted":
        held = json.loads(as_signed_text(take(HOUR), OTHER))
    elif change == "unsigned":
        del held["signature"]
    elif change == "ends":
        held["ends"] = held["ends"][:-1]
        held["root"] = Anchor(HOUR, tuple(read(json.dumps(held | {"root": _root(held)})).ends)).root
    elif change == "at":
        held["at"] = (HOUR + timedelta(days=1)).isoformat()
    else:
        held[change] = ("0" if held[change][0] != "0" else "1") + held[change][1:]
    with pytest.raises(NotAnAnchor):
        check_signature(json.dumps(held), public_key(SECRET))


def _root(held: dict) -> str:
    from holdfast.access.anchor import merkle

    return merkle(f"{n} {length} {link}" for n, length, link in held["ends"])


def test_38_the_commands_sign_check_and_print_the_key(child: str, tmp_path: Path) -> None:
    run, file = CliRunner(), tmp_path / "anchor.json"
    assert run.invoke(every_command(), ["anchor"]).exit_code == 2
    assert "Root:" in run.invoke(every_command(), ["anchor", "--out", str(file)]).output
    key = run.invoke(every_command(), ["anchor", "--key"]).output.strip()
    whole = run.invoke(every_command(), ["verify", "--anchor", str(file), "--anchor-key", key])
    assert whole.exit_code == 0 and "Whole." in whole.output
    wrong = run.invoke(every_command(), ["verify", "--anchor", str(file), "--anchor-key", public_key(OTHER)])
    assert wrong.exit_code == 2 and "not signed with that key" in wrong.output
    for odd in ("x", "00", key[:-2]):
        assert run.invoke(every_command(), ["verify", "--anchor", str(file), "--anchor-key", odd]).exit_code == 2


def test_38_the_worker_leaves_one_and_says_so(child: str, tmp_path: Path, settings: object) -> None:
    settings.ANCHOR = {"folder": str(tmp_path), "email": "", "key": SECRET}
    assert EntryRow.objects.exists()
    done = CliRunner().invoke(every_command(), ["work", "--once"])
    assert "The anchor of this hour is with the folder elsewhere" in done.output
    (left,) = tmp_path.iterdir()
    assert differences(check_signature(left.read_text(), public_key(SECRET))) == []
    assert "anchor" not in CliRunner().invoke(every_command(), ["work", "--once"]).output.lower()


def test_38_what_has_not_left_for_two_hours_is_told_to_the_guardians_once_a_day(
    county: datetime,  # noqa: F811
    tmp_path: Path,
    settings: object,
) -> None:
    settings.ANCHOR = {"folder": str(tmp_path / "gone"), "email": "", "key": SECRET}
    told = lambda: [m.to_person.username for m in Message.objects.filter(template="anchor-late")]  # noqa: E731
    with time_machine.travel(county, tick=False) as clock:
        turn = carrying(120)
        for after, expected in ((0, 0), (119, 0), (121, 1), (122, 1), (121 + 24 * 60, 2)):
            clock.move_to(county + timedelta(minutes=after))
            turn()
            assert told() == ["guardian"] * expected, after
        (tmp_path / "gone").mkdir()
        turn()
        (left,) = (tmp_path / "gone").iterdir()
        left.unlink()
        (tmp_path / "gone").rmdir()
        clock.move_to(county + timedelta(days=2))
        turn()
        assert told() == ["guardian"] * 2, "it had left in between: two hours begin anew"
    words = Message.objects.filter(template="anchor-late").first()
    assert "the folder elsewhere" in words.notice and words.child_id is None
