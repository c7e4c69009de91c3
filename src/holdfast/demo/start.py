"""The demonstration: Marrowshire, its cast, its yearly return and the national evidence, ready to click through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.core.management import call_command
from django.db import transaction

from holdfast.access.actions import add_person, give_post, open_account_again, open_agency
from holdfast.access.attesting.actions import confirm_by_operator
from holdfast.access.models import Agency, Person
from holdfast.access.queries import reader
from holdfast.access.vault.actions import keep
from holdfast.chronology.actions import append, open_chronology
from holdfast.chronology.models import Chronology
from holdfast.config.home import home, is_demo, key
from holdfast.demo.county import AGENCIES, CONTACTS, PLACES, PLAYERS, ROTAS, at_home, scenes
from holdfast.demo.made_up_return import write_return
from holdfast.returns.actions import take_in
from holdfast.returns.ssda903.intake import read_return
from holdfast.sharing.actions import set_contacts
from holdfast.sharing.contacts import read_contacts
from holdfast.sharing.rota.actions import add_duty, add_pattern
from holdfast.worktime.uk_clock import uk_day

Say = Callable[[str], None]
COUNTY_CHILDREN = 240
COUNTY_SEED = 909


def password() -> str:
    """The password of every sign-in of this demonstration: made for this installation, never in the source."""
    # Four groups of four are easy to type from the screen.
    digits = key("demo_password")[:16]
    return "-".join(digits[n : n + 4] for n in range(0, 16, 4))


def prepare(say: Say) -> None:
    """Set up whatever is not there yet. Run again, it finds everything in place and keeps what was entered."""
    say("Preparing the database")
    call_command("migrate", verbosity=0, interactive=False)
    now = datetime.now(UTC)
    if not Agency.objects.filter(code="MAR").exists():
        _people(now, say)
    if not Chronology.objects.exists():
        _cast(now, say)
        _county(now, say)
    if is_demo():
        _keep_open(now)


@transaction.atomic
def _keep_open(now: datetime) -> None:
    """A demonstration that nobody has used for months opens as on its first day: its people are not off as dormant, nor
    their posts as unconfirmed. Only where nobody is real."""
    for person in Person.objects.filter(username__in=[player.username for player in PLAYERS]):
        open_account_again(person, now)
        confirm_by_operator(person, now)


@transaction.atomic
def _people(now: datetime, say: Say) -> None:
    say("Opening Marrowshire County Council and its partners")
    for code, name, kind in AGENCIES:
        open_agency(code=code, name=name, kind=kind)
    for player in PLAYERS:
        person = add_person(
            username=player.username, first_name=player.first, last_name=player.last, password=password()
        )
        agency = Agency.objects.get(code=player.agency)
        give_post(person=person, agency=agency, role=player.role, begins_on=(now - timedelta(days=400)).date())
    for code, table in CONTACTS.items():
        set_contacts(code, read_contacts(table, code), now)
    enter_rotas(now)


def enter_rotas(now: datetime) -> None:
    """Who is on, from today. Nobody is on at the weekend for one of the duties: a gap, as there are in any rota."""
    people = {p.username: p for p in Person.objects.filter(username__in=[player.username for player in PLAYERS])}
    for agency, manager, duty, shifts in ROTAS:
        who = reader(people[manager], now)
        kept = add_duty(who, agency, duty, now)
        for name, days, starts, ends in shifts:
            add_pattern(
                who, kept, people[name], weekdays=[int(day) for day in days], starts=time.fromisoformat(starts),
                ends=time.fromisoformat(ends), first_day=uk_day(now), last_day=None, every=1, at=now,
            )  # fmt: skip


@transaction.atomic
def _cast(now: datetime, say: Say) -> None:
    say("Telling the stories of five children of the cast (all fictional)")
    for scene in (*scenes(now), at_home(now)):
        ref = open_chronology(ref=scene.ref)
        for draft in scene.drafts:
            # Written down a few minutes after it happened, as on a good night.
            recorded = min(draft.occurred.latest + timedelta(minutes=6), now)
            append(ref, [draft], by="okafor", agency="MAR", at=recorded)
    okafor = reader(Person.objects.get(username="okafor"), now)
    for ref, place, text in PLACES:
        keep(okafor, ref, place, text, at=now)


def _county(now: datetime, say: Say) -> None:
    folder = home() / "marrowshire-903"
    say(f"Taking in the county's made-up yearly return: {COUNTY_CHILDREN} children, two years")
    year = now.year if (now.month, now.day) >= (4, 1) else now.year - 1
    write_return(folder, children=COUNTY_CHILDREN, seed=COUNTY_SEED, collection_year=year)
    report = take_in(
        read_return(folder / "this", authority="MAR", last=folder / "last"), by="manager", at=now, authority="MAR"
    )
    say(f"  {report.children} children, {report.entries} entries, {len(report.faults)} faults found")


def sign_ins() -> list[tuple[str, str, str]]:
    """Who can sign in: user name, name, and what they see."""
    people = {p.username: p for p in Person.objects.filter(username__in=[p.username for p in PLAYERS])}
    return [(p.username, str(people[p.username]), p.what) for p in PLAYERS if p.username in people]
