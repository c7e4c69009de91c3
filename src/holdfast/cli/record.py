"""`holdfast verify`, `anchor`, `rebuild`, `explain`, `account-again`, `manage`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from holdfast.cli.main import app, django_setup, with_database

if TYPE_CHECKING:
    from holdfast.access.anchor import Anchor


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Django's own commands."""
    django_setup()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["holdfast manage", *context.args])


@app.command()
def verify(
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    anchor: Path | None = typer.Option(None, "--anchor", help="Check against this anchor too, taken earlier."),
    anchor_key: str = typer.Option("", "--anchor-key", help="The key with which that anchor must be signed."),
) -> None:
    """Check that every chain of entries and of readings is whole, that the read tables are what the entries say, and
    that every value of the vault opens. Exit 1 if not."""
    with_database()
    from holdfast.access.anchor import differences
    from holdfast.access.keeping.queries import not_approved
    from holdfast.access.vault.rotation import verify_vault
    from holdfast.access.verify import verify_readings
    from holdfast.chronology.verify import verify as check

    def progress(chains: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{chains:,} chronologies checked", nl=False, err=True)

    taken = _anchor_from(anchor, anchor_key) if anchor else None
    verdict, readings, vault = check(progress), verify_readings(), verify_vault()
    differs = differences(taken) if taken else []
    unapproved = not_approved()
    is_whole = verdict.is_whole and readings.is_whole and vault.is_whole and not differs and not unapproved
    if as_json:
        whole = {**verdict.as_json(), "readings": readings.as_json(), "vault": vault.as_json(),
                 "erased_by_nobody": unapproved}  # fmt: skip
        typer.echo(json.dumps(whole | ({"anchor": differs} if taken else {}), indent=2))
    else:
        gone = f", {verdict.erased:,} of them erased by two people's decision" if verdict.erased else ""
        typer.echo(f"{verdict.chains:,} chains, {verdict.entries:,} entries{gone}.")
        for child in unapproved:
            typer.echo(f"Broken: {child}: something was erased that no two people approved.")
        for broken in verdict.broken:
            typer.echo(f"Broken: {broken.child}, entry {broken.number}: {broken.problem}.")
        for row in verdict.read_tables_differ:
            typer.echo(
                f"Table {row['table']} does not say what the entries of {row['child']} say. Run: holdfast rebuild"
            )
        typer.echo(f"{readings.chains:,} reading logs, {readings.readings:,} readings.")
        for reading in readings.broken:
            typer.echo(f"Broken: reading log of person {reading.person}, reading {reading.number}: {reading.problem}.")
        typer.echo(f"{vault.values:,} values in the vault.")
        for value, problem in vault.broken:
            typer.echo(f"Broken: vault {value}: {problem}.")
        for difference in differs:
            typer.echo(f"Not as anchored: {difference}.")
        if taken:
            typer.echo(f"Anchor of {taken.at.isoformat(timespec='seconds')}, root {taken.root}")
        if is_whole:
            typer.echo("Whole.")
    raise typer.Exit(0 if is_whole else 1)


def _anchor_from(path: Path, key: str) -> Anchor:
    from holdfast.access.anchor import NotAnAnchor, read
    from holdfast.access.signed_anchor import check_signature

    try:
        text = path.read_text(encoding="utf-8")
        return check_signature(text, key) if key else read(text)
    except (OSError, UnicodeDecodeError, NotAnAnchor) as error:
        said = error if isinstance(error, NotAnAnchor) else "It cannot be read"
        typer.echo(f"{path.name}: {said}.", err=True)
        raise typer.Exit(2) from None


@app.command()
def anchor(
    out: Path | None = typer.Option(None, "--out", help="Where to write it. Keep the file on another machine."),
    key: bool = typer.Option(False, "--key", help="Only print the key with which others check our signature."),
) -> None:
    """Write where every chain ends now, signed, and print the one digest of it. The file names no child and no person.
    `holdfast work` does this by itself every hour where HOLDFAST_ANCHOR_FOLDER or HOLDFAST_ANCHOR_EMAIL is set."""
    with_database()
    from datetime import UTC, datetime

    from django.conf import settings

    from holdfast.access.anchor import take
    from holdfast.access.signed_anchor import as_signed_text, public_key

    if key:
        typer.echo(public_key(settings.ANCHOR["key"]))
        return
    if out is None:
        typer.echo("Say where to write it: --out FILE", err=True)
        raise typer.Exit(2)
    taken = take(datetime.now(UTC))
    try:
        out.write_text(as_signed_text(taken, settings.ANCHOR["key"]), encoding="utf-8")
    except OSError:
        typer.echo(f"{out.name} cannot be written there.", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{len(taken.ends):,} ends. Root: {taken.root}")


@app.command()
def rebuild() -> None:
    """Fold every child again and replace the read tables."""
    with_database()
    from holdfast.chronology.actions import rebuild as fold

    typer.echo(f"{fold():,} chronologies folded again.")


@app.command()
def explain(
    ref: str = typer.Argument(help="A child's reference, such as K7M2-4QXD."),
    as_known_at: str = typer.Option("", "--as-known-at", help="What was known then, such as 2026-11-21T08:00Z."),
    by: str = typer.Option("", "--by", help="Your user name. Reading is recorded under it, and needs a tie."),
) -> None:
    """Tell one child's chronology as sentences, each duty with its law, and who has looked."""
    with_database()
    from datetime import UTC, datetime

    from holdfast.access.actions import OverLimit, note_limit, note_miss
    from holdfast.access.models import Person
    from holdfast.chronology.moment import Moment
    from holdfast.documents.explain import NotForYou, explain_child

    if not by:
        typer.echo("Say who you are with --by USERNAME: reading is written down, and needs a tie.", err=True)
        raise typer.Exit(2)
    try:
        known = Moment.parse(as_known_at).at if as_known_at else None
        for line in explain_child(ref, by=by, now=datetime.now(UTC), as_known_at=known):
            typer.echo(line)
    except (NotForYou, ValueError) as refused:
        asker = Person.objects.filter(username=by, is_active=True).first()
        if asker is not None and isinstance(refused, NotForYou):
            note_miss(asker, datetime.now(UTC), [ref])
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None
    except OverLimit as over:
        note_limit(Person.objects.get(username=by), over.limit, datetime.now(UTC))
        typer.echo("You have opened as many children as one person may. A duty manager is asked to look.", err=True)
        raise typer.Exit(2) from None


@app.command("account-again")
def account_again(username: str = typer.Argument(help="The user name.")) -> None:
    """Open an account again that is off because it was not used for 30 days."""
    with_database()
    from datetime import UTC, datetime

    from holdfast.access.actions import open_account_again
    from holdfast.access.models import Person

    person = Person.objects.filter(username=username).first()
    if person is None:
        typer.echo("Nobody signs in with that user name.", err=True)
        raise typer.Exit(2)
    open_account_again(person, datetime.now(UTC))
    typer.echo(f"{person} can sign in again.")
