"""Due times reckoned by hand from the law's words and a wall calendar, before the engine was asked."""

from __future__ import annotations

import pytest

from holdfast.chronology.standing import in_force
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.engine import obligations
from holdfast.duties.obligation import Obligation
from holdfast.duties.rule import Nation
from holdfast.duties.sentences import COUNTED, because
from holdfast.duties.statute import statute
from holdfast.duties.timeline import describe, read_entry

ENGLAND, WALES, SCOTLAND, NI = Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND, Nation.NORTHERN_IRELAND

# The nation, what happened, the rule, and the due time (or when the duty begins).
CASES = {
    "72 hours over the spring change are 72 hours": (
        ENGLAND, "ENG-MIS-013", "due Tue 31 Mar 2026 11:00",
        ["Fri 27 Mar 2026 22:00  missing.noticed", "Sat 28 Mar 2026 10:00  missing.returned"],
    ),
    "and over the autumn change": (
        ENGLAND, "ENG-MIS-013", "due Tue 27 Oct 2026 09:00",
        ["Fri 23 Oct 2026 22:00  missing.noticed", "Sat 24 Oct 2026 10:00  missing.returned"],
    ),
    "a return in the hour that comes twice is read as the first of the two": (
        ENGLAND, "ENG-MIS-013", "due Wed 28 Oct 2026 00:30",
        ["Sat 24 Oct 2026 22:00  missing.noticed", "Sun 25 Oct 2026 01:30  missing.returned"],
    ),
    "24 hours of absence over the autumn change": (
        ENGLAND, "ENG-MIS-009", "started Sun 25 Oct 2026 22:30", ["Sat 24 Oct 2026 23:30  missing.noticed"],
    ),
    "72 hours of police protection over the spring change": (
        WALES, "EW-CP-001", "due Tue 31 Mar 2026 21:00", ["Sat 28 Mar 2026 20:00  protection.removed_by_police"],
    ),
    "the 72 hours of the missing persons unit run from the report": (
        ENGLAND, "UK-MIS-001", "started Mon 9 Nov 2026 20:30",
        ["Fri 6 Nov 2026 20:00  missing.noticed", "Fri 6 Nov 2026 20:30  missing.reported_to_police"],
    ),
    "twenty working days over Christmas, with a substitute day": (
        ENGLAND, "ENG-CAR-006", "due Thu 7 Jan 2027", ["Mon 7 Dec 2026 15:00  care.started"],
    ),
    "ten working days over Easter in England": (
        ENGLAND, "ENG-CAR-001", "due Mon 20 Apr 2026",
        ["Thu 2 Apr 2026 10:00  care.started", "Thu 2 Apr 2026 10:00  placement.started"],
    ),
    "the summer bank holiday of England": (
        ENGLAND, "ENG-CAR-003", "due Tue 1 Sep 2026", ["Mon 3 Aug 2026 10:00  care.started"],
    ),
    "the twelfth of July, kept on Monday the thirteenth": (
        NI, "NI-CP-004", "due Fri 17 Jul 2026", ["Thu 2 Jul 2026 10:00  protection.referred"],
    ),
    "St Patrick's Day": (
        NI, "NI-CP-004", "due Tue 31 Mar 2026", ["Mon 16 Mar 2026 10:00  protection.referred"],
    ),
    "the proclaimed day of 15 June 2026": (
        SCOTLAND, "SCO-CP-004", "due Thu 2 Jul 2026", ["Wed 10 Jun 2026 10:00  protection.conference_held"],
    ),
    "2 January, kept on Monday the fourth": (
        SCOTLAND, "SCO-CP-005", "due Fri 8 Jan 2027", ["Mon 21 Dec 2026 10:00  protection.conference_held"],
    ),
    "St Andrew's Day": (
        SCOTLAND, "SCO-CP-005", "due Mon 14 Dec 2026", ["Fri 27 Nov 2026 10:00  protection.conference_held"],
    ),
    "one working day from a Friday night over St Andrew's Day": (
        SCOTLAND, "SCO-CP-002 begun", "due Tue 1 Dec 2026",
        ["Fri 27 Nov 2026 09:00  protection.referred",
         "Fri 27 Nov 2026 22:00  protection.strategy_discussion_held  out_of_hours=true"],
    ),
    "the Early May holiday": (
        ENGLAND, "UK-TRA-002", "due Mon 11 May 2026", ["Fri 1 May 2026 10:00  trafficking.referred"],
    ),
    "in 2020 that holiday was moved to the Friday": (
        ENGLAND, "UK-TRA-002", "due Thu 7 May 2020", ["Thu 30 Apr 2020 10:00  trafficking.referred"],
    ),
    "the state funeral of 2022": (
        ENGLAND, "UK-TRA-002", "due Thu 22 Sep 2022", ["Wed 14 Sep 2022 10:00  trafficking.referred"],
    ),
    "the coronation of 2023": (
        ENGLAND, "UK-TRA-002", "due Mon 15 May 2023", ["Fri 5 May 2023 10:00  trafficking.referred"],
    ),
    "a transfer over Christmas and New Year": (
        ENGLAND, "UK-UAS-004", "due Tue 12 Jan 2027", ["Thu 24 Dec 2026 10:00  asylum.transfer_referred"],
    ),
    "fifteen working days from the start of the enquiry, not from its end": (
        ENGLAND, "ENG-CP-003", "due Mon 11 Jan 2027",
        ["Wed 16 Dec 2026 10:00  protection.enquiry_started",
         "Fri 18 Dec 2026 10:00  protection.enquiry_concluded  harm_likely=true"],
    ),
    "forty-five working days": (
        ENGLAND, "ENG-CP-006", "due Thu 7 Jan 2027", ["Mon 2 Nov 2026 10:00  protection.referred"],
    ),
    "forty-two working days": (
        WALES, "WAL-CP-005", "due Mon 4 Jan 2027", ["Mon 2 Nov 2026 10:00  protection.enquiry_started"],
    ),
    "an evening in summer is still that day": (
        ENGLAND, "ENG-CP-001", "due Thu 2 Jul 2026", ["Wed 1 Jul 2026 23:30  protection.referred"],
    ),
    "an hour later, by UTC the same day, is the next": (
        ENGLAND, "ENG-CP-001", "due Fri 3 Jul 2026", ["Thu 2 Jul 2026 00:30  protection.referred"],
    ),
    "three months from 30 November end with February": (
        ENGLAND, "ENG-CAR-007", "due Sat 28 Feb 2026",
        ["Mon 3 Nov 2025 10:00  care.started", "Sun 30 Nov 2025 10:00  care.reviewed"],
    ),
    "in a leap year on the 29th": (
        ENGLAND, "ENG-CAR-007", "due Tue 29 Feb 2028",
        ["Mon 1 Nov 2027 10:00  care.started", "Tue 30 Nov 2027 10:00  care.reviewed"],
    ),
    "six months from 31 August end with February": (
        ENGLAND, "ENG-CAR-008", "due Sun 28 Feb 2027",
        ["Mon 1 Jun 2026 10:00  care.started", "Wed 10 Jun 2026 10:00  care.reviewed",
         "Mon 31 Aug 2026 10:00  care.reviewed"],
    ),
    "weeks run through Easter": (
        WALES, "WAL-CP-003", "due Tue 7 Apr 2026",
        ["Mon 2 Feb 2026 10:00  protection.plan_made", "Tue 24 Feb 2026 10:00  protection.core_group_met"],
    ),
    "in Scotland the first review counts from the placement": (
        SCOTLAND, "SCO-CAR-001", "due Wed 2 Sep 2026",
        ["Mon 20 Jul 2026 10:00  care.started", "Wed 22 Jul 2026 10:00  placement.started"],
    ),
    "a placement begun on a Saturday": (
        ENGLAND, "ENG-CAR-002", "due Fri 9 Oct 2026",
        ["Thu 1 Oct 2026 10:00  care.started", "Sat 3 Oct 2026 10:00  placement.started"],
    ),
    "a move begins the visits again": (
        ENGLAND, "ENG-CAR-010", "due Mon 9 Feb 2026",
        ["Mon 5 Jan 2026 10:00  care.started", "Mon 5 Jan 2026 10:00  placement.started",
         "Thu 8 Jan 2026 10:00  care.visited", "Mon 2 Feb 2026 10:00  placement.started"],
    ),
    "45 days for a decision of 12 December 2022": (
        ENGLAND, "UK-TRA-003 45", "due Thu 26 Jan 2023",
        ["Mon 5 Dec 2022 10:00  trafficking.referred",
         "Mon 12 Dec 2022 10:00  trafficking.reasonable_grounds  positive=true"],
    ),
    "30 days for one of 14 December, though the referral was under the old rule": (
        ENGLAND, "UK-TRA-003", "due Fri 13 Jan 2023",
        ["Mon 5 Dec 2022 10:00  trafficking.referred",
         "Wed 14 Dec 2022 10:00  trafficking.reasonable_grounds  positive=true"],
    ),
    "the 28 days before leave ends": (
        ENGLAND, "UK-UAS-008", "due Mon 1 Mar 2027  open  started Mon 1 Feb 2027 00:00",
        ["Mon 1 Jun 2026 10:00  asylum.decided  leave_until=2027-03-01"],
    ),
    "a record is kept to the day before the 75th birthday ends its time": (
        ENGLAND, "ENG-CAR-019 75", "due Tue 27 Feb 2085",
        ["Mon 2 Nov 2026 09:00  child.age_recorded  born_on=2010-02-28", "Mon 2 Nov 2026 10:00  care.started"],
    ),
    "the eight days begin with the first day of police protection (art 64(2))": (
        NI, "NI-CP-005 from police", "due Sat 7 Nov 2026",
        ["Sat 31 Oct 2026 22:00  protection.removed_by_police", "Mon 2 Nov 2026 10:00  protection.order_made"],
    ),
}  # fmt: skip


def _of(nation: Nation, rule: str, timeline: list[str]) -> list[Obligation]:
    words = vocabulary()
    entries = in_force([read_entry(line, n, words) for n, line in enumerate(timeline, 1)])
    every = obligations(entries, statute(), nation=nation, vocabulary=words)
    return [o for o in every if o.rule.key.startswith(rule)]


@pytest.mark.parametrize("case", CASES)
def test_a_due_time_reckoned_by_hand(case: str) -> None:
    nation, rule, expected, timeline = CASES[case]
    found = _of(nation, rule, timeline)
    at = found[0].started_at
    assert any(expected in describe(o, at, started=True) for o in found), [describe(o, at) for o in found]


def test_the_sentence_names_the_event_that_the_time_was_counted_from() -> None:
    nation, rule, _, timeline = CASES["fifteen working days from the start of the enquiry, not from its end"]
    (one,) = _of(nation, rule, timeline)
    assert because(one).startswith("The enquiry that found likely harm started on Wednesday 16 December 2026")


def test_whatever_a_time_is_counted_from_has_words() -> None:
    for rule in statute().rules:
        other = {*rule.due.count_from} - {"start", "birth", *rule.starts.kinds}
        assert other <= set(COUNTED), rule.key
