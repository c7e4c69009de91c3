"""Holds and erasures in the pages and at the command line: what each person sees, and that it is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from holdfast.access.keeping.rows import Erased, ErasedSwept, Erasure, Hold
from holdfast.access.models import Reading
from holdfast.chronology.queries import stories
from holdfast.cli.main import every_command
from holdfast.erasing.moratoria import BadMoratorium, moratoria
from holdfast.erasing.places.actions import PLACES, Place
from tests.builders import a_child, a_draft
from tests.erasing.conftest import OLD, PLANTED, WHY
from tests.web.conftest import TUAN

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def _run(*words: str) -> Any:
    return CliRunner().invoke(every_command(), ["keeping", *words])


def test_58_from_the_list_to_the_erasure_through_pages(
    old: str, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, guardian = signed_in("manager"), signed_in("guardian")
    page = f"/children/{old}/keeping"
    said = manager.get(page).content.decode()
    assert "3 February 2006" in said and "Past its time" in said and "not checked" in said
    assert old in manager.get("/keeping").content.decode()
    assert manager.post(page, {"decision": "ask", "reason": WHY}).status_code == 302
    number = Erasure.objects.get().pk
    assert "You asked for this" in manager.get(f"/keeping/{number}").content.decode()
    refused = manager.post(f"/keeping/{number}", {"decision": "yes", "reason": WHY})
    assert refused.status_code == 200 and "somebody else must answer" in refused.content.decode()
    assert guardian.get(page).status_code == 404, "the data guardian opens no child"
    assert old in guardian.get("/keeping").content.decode()
    assert "approve" in _run("erase").output.lower() or "Nothing was erased" in _run("erase").output
    assert guardian.post(f"/keeping/{number}", {"decision": "yes", "reason": WHY}).status_code == 302
    assert "Would be erased" in _run("erase").output and not Erased.objects.exists()
    # The sweep writes the whole file anew, which no transaction of a test can hold: it is tested by itself.
    monkeypatch.setattr("holdfast.erasing.actions.sweep", lambda *_: 0)
    done = _run("erase", "--yes")
    assert done.exit_code == 0 and f"Erased: {old}, asked by Grace Abara, approved by Ruth Mbeki" in done.output
    assert manager.get(page).status_code == 404 and not ErasedSwept.objects.exists()
    pages = set(Reading.objects.filter(children__contains=old, act="keep").values_list("page", flat=True))
    assert pages >= {"keeping", "keeping-list", "erasure"}


def test_58_a_fault_with_one_child_is_said_and_the_others_are_still_erased(
    old: str, approved: Callable[[str], Erasure], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_child(
        a_draft("child.age_recorded", OLD, born_on="1931-05-06", standing="documented"),
        a_draft("child.known", OLD, authority="MAR"),
        known_at="1947-01-05T09:00Z",
    )
    for ref in (old, other):
        approved(ref)

    def faulty(ref: str) -> int:
        if ref == old:
            raise RuntimeError(f"words of a child: {PLANTED}")
        return 0

    swept = []
    monkeypatch.setattr("holdfast.erasing.actions.PLACES", [*PLACES, Place("faulty", (), faulty)])
    monkeypatch.setattr("holdfast.erasing.actions.sweep", lambda *_: swept.append(True) or 0)
    done = _run("erase", "--yes")
    assert done.exit_code == 1 and swept == [True], "what was erased is still swept"
    assert f"Not erased: {old}" in done.output and "Nothing of this child was erased" in done.output
    assert "RuntimeError in test_keeping_pages.py" in done.output and PLANTED not in done.output
    assert f"Erased: {other}" in done.output and [e.erasure.child_id for e in Erased.objects.all()] == [other]
    assert stories([old])[old].standing, "of the child with whom it failed everything is there"


def test_58_a_hold_is_put_by_one_and_ended_by_another_on_the_childs_page(signed_in: SignIn) -> None:
    from holdfast.access.actions import add_person, give_post
    from holdfast.access.models import Agency
    from holdfast.access.rules import Role

    page, manager = f"/children/{TUAN}/keeping", signed_in("manager")
    given = {"decision": "hold", "source": "court", "reference": "FD26P00471", "reason": WHY}
    assert manager.post(page, given).status_code == 302
    said = manager.get(page).content.decode()
    assert "FD26P00471" in said and "Grace Abara" in said
    held = Hold.objects.get()
    answer = manager.post(page, {"decision": f"end-{held.pk}", "reason": WHY})
    assert "somebody else must end it" in answer.content.decode()
    second = add_person(username="second", first_name="Ola", last_name="Second", password="a long enough one")
    give_post(
        person=second,
        agency=Agency.objects.get(code="MAR"),
        role=Role.DUTY_MANAGER,
        begins_on=second.date_joined.date(),
    )
    assert signed_in("second").post(page, {"decision": f"end-{held.pk}", "reason": WHY}).status_code == 302
    assert "Ended by Ola Second" in manager.get(page).content.decode()


@pytest.mark.parametrize(
    "given", [{"source": "nobody"}, {"reference": ""}, {"reason": "short"}, {"reason": "x" * 3000}]
)
def test_58_a_hold_that_says_too_little_is_asked_again(signed_in: SignIn, given: dict[str, str]) -> None:
    whole = {"decision": "hold", "source": "court", "reference": "FD26", "reason": WHY}
    answer = signed_in("manager").post(f"/children/{TUAN}/keeping", whole | given)
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert not Hold.objects.exists()


def test_58_another_childs_hold_cannot_be_ended_through_this_page(signed_in: SignIn, old: str) -> None:
    manager = signed_in("manager")
    manager.post(f"/children/{old}/keeping", {"decision": "hold", "source": "court", "reference": "1", "reason": WHY})
    wanted = {"decision": f"end-{Hold.objects.get().pk}", "reason": WHY}
    assert manager.post(f"/children/{TUAN}/keeping", wanted).status_code == 404


def test_58_the_command_lists_what_is_due_for_those_who_decide(old: str) -> None:
    said = _run("due", "--by", "manager")
    assert said.exit_code == 0 and old in said.output and "1 may be proposed, 0 are held" in said.output
    for nobody in ("hale", "okafor", "nobody"):
        refused = _run("due", "--by", nobody)
        assert refused.exit_code == 2 and old not in refused.output
    assert Reading.objects.filter(page="keeping-list", children=old).count() == 1


@pytest.mark.parametrize("text", ["", "hold = 1", "[[hold]]\nname='x'", "[[hold]]\nname='x'\nnations=['wales']\n"
                                  "kinds=['']\nsource='x'\nfrom_day='2020-01-01'", "[[hold]]\nstrange=1"])  # fmt: skip
def test_58_a_file_of_moratoria_that_cannot_be_read_says_so(tmp_path: Any, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(BadMoratorium, match=r"own\.toml"):
        moratoria(path)
    with pytest.raises(BadMoratorium):
        moratoria(tmp_path / "absent.toml")
