"""`holdfast law`: what moved in the rules since a day, and the page on which a lawyer reviews them. No database."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from holdfast.cli.main import law


@law.command("changes")
def changes(
    since: Annotated[str, typer.Option(help="A date such as 2026-01-01: what moved on that day or later.")],
    json_out: Annotated[bool, typer.Option("--json", help="Print JSON: rule, on, what, title.")] = False,
) -> None:
    """Rules that came into force, ended, or were read again since a day, newest first."""
    import json

    from holdfast.duties.changes import changes_since
    from holdfast.duties.statute import statute
    from holdfast.worktime.words import say_day

    try:
        day = date.fromisoformat(since)
    except ValueError:
        typer.echo(f"--since: {since!r} is not a date such as 2026-01-01", err=True)
        raise typer.Exit(2) from None
    found = changes_since(statute(), day)
    if json_out:
        rows = [{"rule": c.rule, "on": c.on.isoformat(), "what": c.what.value, "title": c.title} for c in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for change in found:
        typer.echo(f"{say_day(change.on, year=True):<28} {change.what.value:<18} {change.rule}  {change.title}")
    if not found:
        typer.echo(f"Nothing moved since {say_day(day, year=True)}.")


@law.command("review")
def review() -> None:
    """Every rule beside its source, ready to print: the page that a lawyer reviews."""
    from holdfast.duties.review import review_page
    from holdfast.duties.statute import statute

    typer.echo(review_page(statute()), nl=False)
