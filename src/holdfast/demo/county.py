"""Marrowshire: a made-up county with its cast. Nobody in it is a real person, and no place in it exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.access.rules import Role
from holdfast.access.vault.places import Place
from holdfast.chronology.draft import Draft
from holdfast.chronology.kinds import Audience
from holdfast.chronology.moment import Moment, Precision
from holdfast.config.vocabulary import vocabulary
from holdfast.worktime.uk_clock import uk_day


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who can sign in to the demonstration."""

    username: str
    first: str
    last: str
    agency: str
    role: Role
    what: str


AGENCIES = (
    ("MAR", "Marrowshire County Council", Audience.COUNCIL),
    ("MARPOL", "Marrowshire Police", Audience.POLICE),
    ("LOW", "Lowmoor Borough Council", Audience.COUNCIL),
    ("Elm House", "Elm House", Audience.PROVIDER),
)

PLAYERS = (
    Player("manager", "Grace", "Abara", "MAR", Role.DUTY_MANAGER, "duty manager, sees every child of Marrowshire"),
    Player("okafor", "Ngozi", "Okafor", "MAR", Role.SOCIAL_WORKER, "social worker"),
    Player(
        "reid", "Alan", "Reid", "MARPOL", Role.MISSING_UNIT, "police missing unit, sees children reported to the police"
    ),
    Player("inspector", "Joan", "Marsh", "MARPOL", Role.DUTY_MANAGER, "duty inspector, keeps the police's rota"),
    Player("elm", "Night", "Worker", "Elm House", Role.NIGHT_WORKER, "night worker, sees the children of Elm House"),
    Player(
        "guardian",
        "Ruth",
        "Mbeki",
        "MAR",
        Role.DATA_GUARDIAN,
        "data guardian, one of the two who weigh a request for immigration purposes",
    ),
    Player("hale", "Dr", "Hale", "LOW", Role.ANALYST, "must not see any child"),
)


# Whom each agency wants told: addresses that lead nowhere (RFC 2606), numbers kept for drama.
CONTACTS = {
    "MARPOL": """name,channel,address,phone,after
"Duty sergeant, missing unit",email,missing@marrowshire-police.example,01632 960 117,0
Duty inspector,sms,07700 900118,01632 960 118,15
Force incident manager,read-out,,01632 960 119,30
""",
    "MAR": """name,channel,address,phone,after
Duty social worker,email,duty@marrowshire.example,01632 960 101,0
Duty manager,sms,07700 900102,01632 960 102,30
""",
}

# Who takes which step of a ladder in turns: agency, who enters it, the step, and for each person the days on which a
# shift begins (Monday is 0), from, until. The hours that are left out are gaps, and are shown as such.
ROTAS = (
    (
        "MAR", "manager", "Duty social worker",
        (("okafor", "01234", "08:00", "20:00"), ("manager", "01234", "20:00", "08:00")),
    ),
    ("MAR", "manager", "Duty manager", (("manager", "0123456", "07:00", "07:00"),)),
    (
        "MARPOL", "inspector", "Duty sergeant, missing unit",
        (("reid", "0123456", "08:00", "22:00"), ("inspector", "012345", "22:00", "08:00")),
    ),
    ("MARPOL", "inspector", "Duty inspector", (("inspector", "0123456", "06:00", "06:00"),)),
)  # fmt: skip

# What the vault holds of the cast: streets and towns that do not exist.
PLACES = (
    ("TRN2-6K4H", Place.ADDRESS, "Elm House\n2 Lantern Rise\nMarrowford"),
    ("TRN2-6K4H", Place.SCHOOL, "Marrowford Sixth Form"),
    ("AMQ7-2X9B", Place.ADDRESS, "11 Carr Lane\nMarrowford"),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A child of the cast and what happened to them, in time order, counted back from now."""

    ref: str
    drafts: tuple[Draft, ...]


def _draft(kind: str, when: Moment, **details: object) -> Draft:
    return Draft(kind, when, vocabulary().read(kind, details))


class Teller:
    """Tells a child's story with times counted back from the evening on which the demonstration starts."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.drafts: list[Draft] = []

    def ago(self, kind: str, *, days: float = 0, hours: float = 0, minutes: float = 0, **details: object) -> None:
        when = (self.now - timedelta(days=days, hours=hours, minutes=minutes)).replace(second=0, microsecond=0)
        self.drafts.append(_draft(kind, Moment(when, Precision.MINUTE), **details))

    def day(self, kind: str, *, days: int, **details: object) -> None:
        self.drafts.append(_draft(kind, Moment.on(uk_day(self.now - timedelta(days=days))), **details))

    def care(self, *, since: int, first: str, family: str, born_on: str, standing: str, sex: str, worker: str,
             place: str, home: str, legal_status: str = "V2", area: str | None = None,
             authority: str = "MAR") -> None:  # fmt: skip
        """Who the child is, and a start in care that went as the law asks."""
        self.day("child.known", days=since, authority=authority, sex=sex)
        self.day("child.named", days=since, first=first, family=family)
        self.day("child.age_recorded", days=since, born_on=born_on, standing=standing)
        self.day("care.started", days=since, authority=authority, legal_status=legal_status)
        self.day("placement.started", days=since, place=place, home=home or None, area=area,
                 out_of_area=area is not None, emergency=True, until_eighteen=False)  # fmt: skip
        self.day("care.worker_allocated", days=since, worker=worker)
        for after, plan in ((3, "placement"), (6, "care"), (9, "education")):
            self.day("care.planned", days=since - after, plan=plan)
        self.day("placement.notified", days=since - 4, to="health, school and reviewing officer")
        if area is not None:
            self.day("placement.notified", days=since - 4, to="area authority")
        self.day("care.health_assessed", days=since - 15, by="Dr Lund")
        self.day("care.reviewed", days=since - 24)

    def visits(self, *days: int, by: str) -> None:
        for day in days:
            self.day("care.visited", days=day, by=by, seen=True, seen_alone=True)

    def scene(self, ref: str) -> Scene:
        return Scene(ref, tuple(sorted(self.drafts, key=lambda d: d.occurred.at)))


def _tuan(now: datetime) -> Scene:
    """16, unaccompanied, missing since last night; nobody has accepted yet."""
    t = Teller(now)
    t.care(since=46, first="Tuan", family="Pham", born_on=f"{now.year - 16}-03-14", standing="claimed", sex="M",
           worker="Ngozi Okafor", place="K3", home="Elm House")  # fmt: skip
    t.day("asylum.arrived_alone", days=46, from_country="Vietnam")
    t.day("asylum.claimed", days=40)
    t.day("child.described", days=45, languages=("Vietnamese",), interpreter_needed=True)
    t.visits(41, 8, by="Ngozi Okafor")
    t.day("trafficking.concern_recorded", days=20, forms=("forced labour",), by="Ngozi Okafor")
    t.ago("missing.noticed", hours=15, minutes=20, category="missing", noticed_by="Elm House",
          why_worried="Left after a phone call. His coat is gone, his medicine is here.")  # fmt: skip
    t.ago("missing.reported_to_police", hours=15, minutes=2, police_reference="MP-4471", call_taker="K. Doyle",
          force="MARPOL", trafficking_concern_stated=True)  # fmt: skip
    t.ago("missing.risk_graded", hours=14, risk="high", by="Sgt Reid", reason="Trafficking concern, no phone contact")
    t.ago("missing.told", hours=13, minutes=30, who="reviewing officer")
    # A number kept for drama (Ofcom): Amina's record has it too, written otherwise.
    t.ago("missing.named", hours=12, minutes=40, phones=("07700 900461",), said_by="others")
    return t.scene("TRN2-6K4H")


def _amina(now: datetime) -> Scene:
    """15, identified as trafficked, missing four days; a sighting; several things are overdue."""
    t = Teller(now)
    t.care(since=210, first="Amina", family="Yusuf", born_on=f"{now.year - 15}-05-02", standing="assessed", sex="F",
           worker="Ngozi Okafor", place="U4", home="Carr Lane", legal_status="C2")  # fmt: skip
    t.day("trafficking.referred", days=200, by="Marrowshire County Council")
    t.day("trafficking.reasonable_grounds", days=194, positive=True)
    t.day("trafficking.conclusive_grounds", days=60, positive=True)
    t.day("care.reviewed", days=96)
    t.visits(204, 165, 130, 92, 55, 20, by="Ngozi Okafor")
    t.ago("missing.noticed", days=38, hours=4, category="missing", noticed_by="her foster carer")
    t.ago("missing.reported_to_police", days=38, hours=3, force="MARPOL", police_reference="MP-4102")
    t.ago("missing.found", days=37, hours=9, by="the police")
    t.ago("missing.returned", days=37, hours=7, to="Carr Lane")
    t.ago("missing.interview_offered", days=36, by="Priya, Lantern", independent=True)
    t.ago("missing.interview_held", days=35, hours=2, by="Priya, Lantern", independent=True)
    t.ago("missing.interview_learned", days=35, hours=1,
          learned="A man who calls himself Max rings her from +44 7700 900 461 and sends a car.")  # fmt: skip
    t.ago("missing.noticed", days=4, hours=1, category="missing", noticed_by="her foster carer",
          why_worried="A car was waiting.")  # fmt: skip
    t.ago("missing.reported_to_police", days=4, force="MARPOL", police_reference="MP-4463")
    t.ago("missing.risk_graded", days=3, hours=22, risk="high", by="Sgt Reid")
    t.ago("handover.accepted", days=3, hours=21, by="Sgt Reid", of="the search")
    t.ago("missing.sighted", days=1, hours=6, where="coach station", by="a driver", reliability="not checked")
    return t.scene("AMQ7-2X9B")


def _jordan(now: datetime) -> Scene:
    """14, gone this evening; nobody has told the police yet."""
    t = Teller(now)
    t.care(since=400, first="Jordan", family="Sykes", born_on=f"{now.year - 14}-09-21", standing="documented", sex="M",
           worker="Grace Abara", place="K2", home="Elm House", legal_status="C2")  # fmt: skip
    t.day("care.reviewed", days=290)
    t.day("care.reviewed", days=120)
    t.visits(395, 355, 315, 275, 235, 195, 155, 115, 75, 35, by="Grace Abara")
    t.ago("missing.noticed", minutes=50, category="missing", noticed_by="Elm House",
          why_worried="He was to be back for supper and does not answer.")  # fmt: skip
    return t.scene("JRD4-8VTM")


def _selam(now: datetime) -> Scene:
    """17, returned yesterday: a return conversation is due."""
    t = Teller(now)
    t.care(since=120, first="ሰላም", family="Tesfay", born_on=f"{now.year - 17}-01-01", standing="claimed", sex="F",
           worker="Ngozi Okafor", place="K3", home="Harbour View", area="LOW")  # fmt: skip
    t.day("child.named", days=119, first="Selam", family="Tesfay", own_script="ሰላም ተስፋይ")
    t.day("asylum.arrived_alone", days=120, from_country="Eritrea")
    t.day("asylum.age_disputed", days=110, by="Home Office")
    t.visits(114, 75, by="Ngozi Okafor")
    t.ago("missing.noticed", days=2, hours=3, category="missing", noticed_by="Harbour View")
    t.ago("missing.reported_to_police", days=2, hours=2, minutes=30, force="MARPOL", police_reference="MP-4468")
    t.ago("missing.risk_graded", days=2, hours=1, risk="medium", by="Sgt Reid")
    t.ago("missing.found", days=1, hours=6, by="the police")
    t.ago("missing.returned", days=1, hours=4, to="Harbour View")
    return t.scene("SLM9-4CWN")


def at_home(now: datetime) -> Scene:
    """15, at Elm House and not missing: the child for whom its night worker can try a report."""
    t = Teller(now)
    t.care(since=150, first="Leyla", family="Karim", born_on=f"{now.year - 15}-11-08", standing="claimed", sex="F",
           worker="Ngozi Okafor", place="K2", home="Elm House")  # fmt: skip
    t.day("asylum.arrived_alone", days=150, from_country="Iraq")
    t.day("asylum.claimed", days=148)
    t.day("care.reviewed", days=40)
    t.visits(146, 105, 65, 25, by="Ngozi Okafor")
    t.day("child.described", days=24, looks="1.60 m, long dark hair, small scar on her chin", interpreter_needed=False,
          languages=("Kurdish", "English"), what_helps="Speak calmly; she trusts Ngozi Okafor",
          worries="Someone waits for her after school", places="the library, the coach station",
          health="Asthma: she needs her inhaler within a day")  # fmt: skip
    t.day("child.profile_confirmed", days=23, by="Elm House", child_has_seen=True)
    t.ago("missing.noticed", days=58, hours=3, category="away", noticed_by="Elm House")
    t.ago("missing.found", days=58, hours=1, by="Elm House")
    t.ago("missing.returned", days=58, hours=1, to="Elm House")
    t.ago("missing.interview_offered", days=57, by="Priya, Lantern", independent=True)
    t.ago("missing.interview_held", days=56, by="Priya, Lantern", independent=True)
    return t.scene("LYL6-3HDP")


def scenes(now: datetime) -> tuple[Scene, ...]:
    """The cast's children who went missing, as of a moment (aware UTC). Pure."""
    return (_tuan(now), _amina(now), _jordan(now), _selam(now))
