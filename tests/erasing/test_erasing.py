"""Check 58: past its time and not held, by two people, or not at all; afterwards nothing of the words is anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q

from holdfast.access.actions import CannotDecide, NotForThem
from holdfast.access.anchor import differences, take
from holdfast.access.canaries.actions import keep_as_canary
from holdfast.access.keeping.actions import answer_erasure, end_hold, put_hold
from holdfast.access.keeping.queries import approved_erasures, not_approved
from holdfast.access.keeping.rows import Erased, ErasedSwept, Erasure, ErasureAnswer, Hold, Source
from holdfast.access.models import Reading, ReadingOf
from holdfast.access.vault.actions import photograph
from holdfast.access.vault.rotation import rotate, verify_vault
from holdfast.access.vault.rows import Photograph, VaultRow
from holdfast.access.verify import verify_readings
from holdfast.chronology.actions import append, rebuild
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.queries import stories
from holdfast.chronology.verify import verify
from holdfast.erasing import actions
from holdfast.erasing.actions import NotErased, ask, erase
from holdfast.erasing.due import past_their_term
from holdfast.erasing.places.actions import KEPT, PLACES, files_outside
from holdfast.missing.patterns.rows import LinkRow, MarkRow, NeverCompared
from holdfast.returns.models import Delivery, RowKeptAside
from holdfast.returns.ssda903.report import Done, DroppedOut, Fault, IntakeReport
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import refuse
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.handover.shift_notes import leave_note
from holdfast.sharing.models import Message
from tests.builders import a_child, a_draft
from tests.erasing.conftest import NUMBER, OLD, PLANTED, WHY, who
from tests.web.conftest import TUAN

pytestmark = pytest.mark.django_db
Approved = Callable[[str], Erasure]


def _now() -> datetime:
    return datetime.now(UTC)


def everything() -> str:
    """Every value of every table, as the database gives it after decryption: what somebody with the key could read."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += sorted(f"{table}: {row!r}" for row in cursor.fetchall())
    return "\n".join(found)


def _hold(ref: str, by: str = "manager") -> Hold:
    return put_hold(who(by), ref, source=Source.COURT, reference="FD26P00471", reason=WHY, at=_now())


def test_58_erased_by_two_people_no_planted_word_is_left_in_any_table(old: str, approved: Approved) -> None:
    before, heads = everything(), Chronology.objects.get(ref=old)
    assert before.count(PLANTED) >= 8 and "Quillworth" in before and "1931-02-03" in before
    readings = ReadingOf.objects.filter(child_id=old).count()
    assert readings > 0
    done = erase(approved(old), operator="ops", at=_now())
    after = everything()
    for word in (PLANTED, "Quillworth", "1931-02-03", NUMBER):
        assert word not in after, word
    assert "MAR-OTHER-1" in after, "another child's row stays"
    counts = json.loads(done.counts)
    assert counts["entries"] == EntryRow.objects.filter(child_id=old).count() == 7
    assert counts["values of the vault"] == counts["reports begun"] == counts["rows kept aside"] == 1
    assert counts["handovers"] == 2, "what was handed over, and why somebody refused"
    assert counts["photographs"] == 1 and photograph(old, str(Photograph.objects.get().pk)) is None
    assert counts["sessions"] == 1, "what was typed and not yet recorded lies in a session, in another writing"
    assert Chronology.objects.get(ref=old).head == heads.head, "the chain ends where it ended"
    assert ReadingOf.objects.filter(child_id=old).count() == readings + 2, "who looked stays; the two decisions read it"


def test_58_the_record_stays_whole_and_says_that_it_was_erased(old: str, approved: Approved) -> None:
    anchor = take(_now())
    erase(approved(old), operator="ops", at=_now())
    verdict = verify()
    assert verdict.is_whole and verdict.erased == 7
    assert verify_readings().is_whole and verify_vault().is_whole and differences(anchor) == []
    assert not_approved() == []
    answer = ErasureAnswer.objects.select_related("by", "erasure__by").get()
    assert (answer.erasure.by.username, answer.by.username) == ("manager", "guardian")
    assert "SI 2010/959" in answer.erasure.law and answer.erasure.until == date(2006, 2, 3)
    tables = everything()
    rebuild()
    assert everything() == tables, "a rebuild gives the same"
    assert rotate() == 0 and VaultRow.objects.get(child_id=old).key == ""
    assert Photograph.objects.get(child_id=old).key == ""


def test_58_nothing_stands_of_it_and_nobody_reaches_it(old: str, approved: Approved) -> None:
    erase(approved(old), operator="ops", at=_now())
    assert stories([old])[old].standing == () and len(stories([old])[old].entries) == 7
    assert [s.ref for s in past_their_term(_now())] == []
    with pytest.raises(NotForThem):
        _hold(old)
    with pytest.raises(NotForThem):
        ask(who("manager"), old, reason=WHY, at=_now())


def test_58_what_was_shared_with_other_children_is_erased_as_digests_too(old: str, approved: Approved) -> None:
    shared = a_draft("missing.named", OLD, phones=["07700 900123"])
    link = a_draft(
        "missing.link_confirmed", OLD, link="0123456789abcdef01234567", shared="07700 900123", reason=PLANTED
    )
    append(old, [shared, link], by="okafor", agency="MAR", at=_now())
    gone = [*MarkRow.objects.filter(child=old), *NeverCompared.objects.filter(child=old)]
    assert len(gone) >= 2 and LinkRow.objects.filter(child=old).exists()
    erase(approved(old), operator="ops", at=_now())
    after = everything()
    assert not [row.digest for row in gone if row.digest in after]
    assert "900123" not in after and "0123456789abcdef01234567" not in after
    rebuild()
    assert not MarkRow.objects.filter(child=old).exists() and verify().is_whole


def test_58_only_what_is_past_its_time_is_due_and_nothing_by_itself(old: str) -> None:
    assert [s.ref for s in past_their_term(_now()) if s.is_due] == [old]
    assert not Erasure.objects.exists() and PLANTED in everything()
    with pytest.raises(CannotDecide, match=r"No day of birth|still be kept|missing episode"):
        ask(who("manager"), TUAN, reason=WHY, at=_now())


@pytest.mark.parametrize(
    ("born", "died", "day", "is_due"),
    [
        ("1951-11-24", None, "2026-11-23", False),
        ("1951-11-24", None, "2026-11-24", True),
        ("1952-02-29", None, "2027-02-28", False),
        ("1952-02-29", None, "2027-03-01", True),
        ("2000-01-01", "2011-11-24", "2026-11-23", False),
        ("2000-01-01", "2011-11-24", "2026-11-24", True),
        ("1990-01-01", "2008-01-01", "2026-11-24", False),  # died on the eighteenth birthday: the 75th counts
    ],
)
def test_58_the_day_from_which_it_may_be_proposed(
    county: datetime, no_moratoria: None, born: str, died: str | None, day: str, is_due: bool
) -> None:
    drafts = [a_draft("child.age_recorded", OLD, born_on=born)]
    drafts += [a_draft("child.died", f"{died}T12:00Z")] if died else []
    ref = a_child(*drafts, known_at="1947-01-05T09:00Z")
    at = datetime.fromisoformat(f"{day}T00:00+00:00")
    assert ([s.ref for s in past_their_term(at, Q(child_id=ref)) if s.is_due] == [ref]) is is_due


def test_58_of_two_days_of_birth_the_later_keeps_it_also_when_it_was_corrected(old: str) -> None:
    later = a_draft("child.age_recorded", OLD, born_on="1990-02-03")
    append(old, [later], by="okafor", agency="MAR", at=_now())
    assert past_their_term(_now(), Q(child_id=old)) == []


def test_58_a_child_who_is_still_missing_is_never_due(county: datetime, no_moratoria: None) -> None:
    drafts = [a_draft("child.age_recorded", OLD, born_on="1931-02-03"), a_draft("missing.noticed", OLD)]
    ref = a_child(*drafts, known_at="1947-01-05T09:00Z")
    assert past_their_term(_now(), Q(child_id=ref)) == []


def test_35_58_a_made_up_record_is_never_due(old: str) -> None:
    keep_as_canary(old, _now())
    assert past_their_term(_now()) == []


def test_58_an_inquiry_holds_every_record_of_its_nation(old: str, settings: object) -> None:
    settings.MORATORIA = ""  # type: ignore[attr-defined]
    (standing,) = past_their_term(_now())
    assert not standing.is_due and "Child Sexual Abuse" in standing.general[0].name
    with pytest.raises(CannotDecide, match="Held for everybody"):
        ask(who("manager"), old, reason=WHY, at=_now())


def test_58_a_general_hold_that_began_after_the_approval_stops_the_erasure(
    old: str, approved: Approved, settings: object
) -> None:
    asked = approved(old)
    settings.MORATORIA = ""  # type: ignore[attr-defined]
    with pytest.raises(NotErased, match="hold"):
        erase(asked, operator="ops", at=_now())
    assert PLANTED in everything()


def test_58_under_hold_nothing_can_be_erased(old: str, approved: Approved) -> None:
    held = _hold(old)
    with pytest.raises(CannotDecide, match="hold stands"):
        ask(who("manager"), old, reason=WHY, at=_now())
    with pytest.raises(CannotDecide, match="somebody else must end"):
        end_hold(who("manager"), held, reason=WHY, at=_now())
    end_hold(who("guardian"), held, reason=WHY, at=_now())
    asked = approved(old)
    _hold(old)
    with pytest.raises(NotErased, match="hold"):
        erase(asked, operator="ops", at=_now())
    assert PLANTED in everything() and not Erased.objects.exists()


def _by_hand(ref: str) -> list[Callable[[], object]]:
    return [
        lambda: EntryRow.objects.filter(child_id=ref).update(details=None, salt=None),
        lambda: VaultRow.objects.filter(child_id=ref).update(key="", sealed=b""),
        lambda: VaultRow.objects.filter(child_id=ref).update(sealed=b""),
        lambda: Photograph.objects.filter(child_id=ref).update(key="", sealed=b""),
        lambda: Message.objects.filter(child_id=ref).update(notice="(erased)"),
    ]


def test_58_the_database_itself_refuses_what_two_people_did_not_approve(old: str, approved: Approved) -> None:
    for attempt in _by_hand(old):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    approved(old)
    held = _hold(old)
    for attempt in _by_hand(old):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    end_hold(who("guardian"), held, reason=WHY, at=_now())
    for changed in ({"notice": "something else"}, {"notice": "(erased)", "to_name": "nobody"}):
        words = dict.fromkeys(("subject", "sent_subject", "sent_text", "why", "basis"), "(erased)") | {"told": ""}
        with pytest.raises(DatabaseError), transaction.atomic():
            Message.objects.filter(child_id=old).update(**{**words, **changed})
    with pytest.raises(DatabaseError), transaction.atomic():
        EntryRow.objects.filter(child_id=old).update(details=None, salt=None, recorded_by="nobody")
    with pytest.raises(DatabaseError), transaction.atomic():
        EntryRow.objects.filter(child_id=TUAN).update(details=None, salt=None)


def test_58_one_person_is_not_two_and_one_of_the_two_is_the_data_guardian(old: str) -> None:
    asked = ask(who("manager"), old, reason=WHY, at=_now())
    with pytest.raises(CannotDecide, match="somebody else must answer"):
        answer_erasure(who("manager"), asked, is_approved=True, reason=WHY, at=_now())
    with pytest.raises(NotErased, match="Two people"):
        erase(asked, operator="ops", at=_now())
    with pytest.raises(CannotDecide, match="has asked for this"):
        ask(who("guardian"), old, reason=WHY, at=_now())
    for nobody in ("okafor", "reid", "elm", "hale"):
        with pytest.raises(NotForThem):
            answer_erasure(who(nobody), asked, is_approved=True, reason=WHY, at=_now())
        with pytest.raises(NotForThem):
            _hold(old, by=nobody)
    answer_erasure(who("guardian"), asked, is_approved=False, reason=WHY, at=_now())
    with pytest.raises(NotErased, match="Two people"):
        erase(asked, operator="ops", at=_now())
    assert approved_erasures() == []
    assert ask(who("guardian"), old, reason=WHY, at=_now()), "what was refused can be asked again"


def test_58_two_duty_managers_are_not_enough(old: str) -> None:
    from holdfast.access.actions import add_person, give_post
    from holdfast.access.models import Agency
    from holdfast.access.rules import Role

    second = add_person(username="second", first_name="", last_name="Second", password="a long enough one")
    began = (_now() - timedelta(days=9)).date()
    give_post(person=second, agency=Agency.objects.get(code="MAR"), role=Role.DUTY_MANAGER, begins_on=began)
    asked = ask(who("manager"), old, reason=WHY, at=_now())
    with pytest.raises(CannotDecide, match="data guardian"):
        answer_erasure(who("second"), asked, is_approved=True, reason=WHY, at=_now())


@pytest.mark.parametrize("reason", ["", "   ", "too short"])
def test_58_each_decision_needs_a_reason(old: str, reason: str) -> None:
    with pytest.raises(CannotDecide):
        ask(who("manager"), old, reason=reason, at=_now())
    with pytest.raises(CannotDecide):
        put_hold(who("manager"), old, source=Source.INQUIRY, reference="1", reason=reason, at=_now())
    with pytest.raises(CannotDecide):
        put_hold(who("manager"), old, source=Source.INQUIRY, reference=" ", reason=WHY, at=_now())
    assert not Erasure.objects.exists() and not Hold.objects.exists()


def test_39_holds_and_decisions_are_never_changed_and_their_readings_are_written(old: str, approved: Approved) -> None:
    _hold(old)
    with pytest.raises(CannotDecide):
        ask(who("manager"), old, reason=WHY, at=_now())
    for rows, change in ((Hold.objects, {"reason": "none"}), (Hold.objects, {"at": _now()})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all()._raw_delete("default")
    assert Reading.objects.filter(page="keeping", children=old, act="keep").exists()


def test_58_broken_off_in_the_middle_nothing_is_erased(
    old: str, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, before = approved(old), everything()

    def pulled(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "fold", pulled)
    with pytest.raises(KeyboardInterrupt):
        erase(asked, operator="ops", at=_now())
    assert everything() == before
    monkeypatch.undo()
    erase(asked, operator="ops", at=_now())
    with pytest.raises(NotErased, match="already"):
        erase(asked, operator="ops", at=_now())


def test_58_erased_behind_the_backs_of_two_people_is_found(old: str, approved: Approved) -> None:
    """Somebody with the whole database can take the triggers away; then it shows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER chronology_entry_approved" + (" ON chronology_entry" if connection.vendor != "sqlite" else "")
        )
    EntryRow.objects.filter(child_id=old).update(details=None, salt=None)
    assert not_approved() == [old]


def test_58_messages_that_lie_as_files_are_removed(old: str, tmp_path: Path) -> None:
    (mine, other) = (tmp_path / f"{old[::-1]}.email", tmp_path / "QQQQ-2222.email")
    for path in (mine, other):
        path.write_text(PLANTED)
    assert list(files_outside(old, tmp_path)) == [mine]
    assert list(files_outside(old, tmp_path / "absent")) == []


def test_58_a_note_of_a_shift_keeps_its_words_under_no_other_child(old: str, approved: Approved) -> None:
    words, others = "Quillworth told us of the lantern shop", "Amina is at the dentist’s until noon"
    grace = Sender("okafor", "Grace Okafor", "MAR")
    other = a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Amina"))
    team = {"team": "whoever is on duty", "agency": "MAR", "sender": grace, "at": _now()}
    given = leave_note([old, other], words, token="t", **team)
    leave_note([other], others, token="t2", **team)
    alone = Handover.objects.get(notice=others)
    refuse(given[0], grace, _now(), reason="My shift ends too")  # so that there is a second message of each rung
    for rows in (Handover.objects.filter(child_id=other), Message.objects.filter(child_id=other)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(notice="(erased)")
    erase(approved(old), operator="ops", at=_now())
    after = everything()
    assert words not in after and others in after, "another note about the same child stays"
    assert Handover.objects.get(pk=alone.pk).notice == others
    kept = Handover.objects.get(child_id=other, notice="(erased)")
    assert (kept.of, kept.why, kept.to_agency) == ("the shift", "The shift ends", "MAR")
    assert Message.objects.filter(handover=kept).exclude(subject="Handover: the shift").count() == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        Handover.objects.filter(pk=kept.pk).update(notice="other words")


def test_58_of_a_note_nothing_but_its_words_may_go_and_only_while_two_people_said_so(
    old: str, approved: Approved
) -> None:
    other = a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Amina"))
    grace = Sender("okafor", "Grace Okafor", "MAR")
    leave_note([old, other], "Words", team="whoever is on duty", agency="MAR", sender=grace, token="t", at=_now())
    asked, mine = approved(old), Handover.objects.filter(child_id=other)
    for changed in ({"notice": "(erased)", "by_name": "nobody"}, {"notice": "other words"}, {"why": "(erased)"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            mine.update(**changed)
    erase(asked, operator="ops", at=_now())
    assert mine.get().notice == "(erased)"
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.update(notice="(erased)")


def test_58_every_table_that_names_a_child_is_erased_or_kept_for_a_reason() -> None:
    named = {table for place in PLACES for table in place.tables} | KEPT.keys()
    for model in apps.get_models():
        names_a_child = any(
            isinstance(f, models.ForeignKey) and f.related_model is Chronology for f in model._meta.fields
        )
        # A council's return tells of children whom its tables do not point at.
        if names_a_child or model._meta.app_label == "returns":
            assert model._meta.db_table in named, f"{model._meta.db_table} is in no place of `erasing.places.actions`"
    there = {model._meta.db_table for model in apps.get_models()}
    assert named <= there, named - there


def _old_report(authority: str, child: str) -> Delivery:
    """As reports were kept before they were counted: with the number and values of one child."""
    report = IntakeReport(authority, children=3)
    report.dropped_out.append(DroppedOut(child, "1947-48", "1948-03-10", f"{child} was missing", "missing", 7, "f.csv"))
    report.faults.append(Fault("header", 3, "DOB", "03/02/1931", "not a date", Done.LEFT_OUT, "f.csv"))
    held = json.dumps(report.as_json())
    return Delivery.objects.create(authority=authority, taken_in_at=_now(), taken_in_by="x", report=held)


def test_58_reports_of_returns_keep_neither_number_nor_value_of_the_child(old: str, approved: Approved) -> None:
    mine, other = _old_report("MAR", NUMBER), _old_report("WEL", "WEL-OTHER-1")
    done = erase(approved(old), operator="ops", at=_now())
    assert NUMBER not in everything() and json.loads(done.counts)["reports of returns"] == 1
    kept = json.loads(Delivery.objects.get(pk=mine.pk).report)
    assert kept["dropped_out"] == 1 and kept["children"] == 3
    assert kept["faults"] == [
        {"file": "f.csv", "table": "header", "column": "DOB", "done": "value left out", "count": 1}
    ]
    assert Delivery.objects.get(pk=other.pk).report == other.report, "another authority's report stays"


def test_58_a_value_in_a_report_of_the_authority_that_delivered_the_child_goes_too(
    county: datetime, no_moratoria: None, approved: Approved
) -> None:
    born = a_draft("child.age_recorded", OLD, born_on="1931-02-03", standing="documented")
    known = a_draft("child.known", OLD, authority="MAR")
    named = a_draft("child.identified", OLD, scheme="ssda903:MAR", number="77")
    ref = a_child(born, known, named, known_at="1947-01-05T09:00Z")
    _old_report("MAR", "another child")
    erase(approved(ref), operator="ops", at=_now())
    assert "03/02/1931" not in everything()


def test_58_other_rows_kept_aside_stay(old: str, approved: Approved) -> None:
    erase(approved(old), operator="ops", at=_now())
    assert sorted(RowKeptAside.objects.values_list("received", flat=True).order_by("pk"))[0] == "(erased)"
    assert not ErasedSwept.objects.exists(), "the sweep is a step of its own"
