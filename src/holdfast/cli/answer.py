"""`holdfast answer`: a council's own reply to a round, from its chronologies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.main import app, with_database


def _stop(problem: object) -> typer.Exit:
    typer.echo(f"holdfast: {problem}", err=True)
    return typer.Exit(2)


@app.command("answer")
def answer(
    questionnaire: Annotated[Path, typer.Argument(help="What is asked: the round's questionnaire.toml.")],
    out: Annotated[Path, typer.Option("--out", help="The filled-in template: .csv or .xlsx.")],
    authority: Annotated[str, typer.Option("--authority", help="Our name, as the round knows it.")],
    agency: Annotated[str, typer.Option("--agency", help="Our code in the record, such as MAR.")],
    complete_since: Annotated[
        str, typer.Option("--complete-since", help="The day from which every child in our care is in the record.")
    ],
    nation: Annotated[str, typer.Option("--nation", help="Left out: as in the register of authorities.")] = "",
    not_recorded: Annotated[
        list[str] | None,
        typer.Option("--not-recorded", help="A subject we do not record: trafficking, asylum, missing."),
    ] = None,
    recorded: Annotated[
        list[str] | None, typer.Option("--recorded", help="A subject we do record, and there was nothing to record.")
    ] = None,
    hide_below: Annotated[
        int, typer.Option("--hide-below", min=0, help="Hide 1 to one below this; 0 hides nothing.")
    ] = 5,
    hide_zero: Annotated[bool, typer.Option("--hide-zero", help="Hide a true zero as well.")] = False,
    show_exact: Annotated[
        bool, typer.Option("--show-exact", help="Print the counts before hiding, for our own eyes only.")
    ] = False,
) -> None:
    """Fill in a round's template from the record: counts, ranges where times are not exact, not recorded apart from 0.

    Nothing is sent. A person reads the file and sends it."""
    from holdfast.cli.evidence import write_rows
    from holdfast.evidence.questionnaire import BadQuestionnaire, read_questionnaire
    from holdfast.evidence.received.senders import Senders
    from holdfast.evidence.template import as_csv, as_xlsx, template_rows
    from holdfast.returns.answer.disclosure import Threshold
    from holdfast.returns.answer.reply import SUBJECTS, CannotAnswer, House, answered

    strange = [one for one in (*(not_recorded or ()), *(recorded or ())) if one not in SUBJECTS]
    if strange:
        raise _stop(f"{strange[0]!r} is not {', '.join(SUBJECTS)}")
    try:
        asked = read_questionnaire(questionnaire)
        house = House(
            " ".join(authority.split()),
            nation or Senders().nation(authority),
            agency,
            date.fromisoformat(complete_since),
            frozenset(not_recorded or ()),
            frozenset(recorded or ()) - frozenset(not_recorded or ()),
            Threshold(hide_below, not hide_zero),
        )
    except BadQuestionnaire as problem:
        raise _stop(problem) from None
    except ValueError:
        raise _stop(f"{complete_since!r} is not a day such as 2024-01-01") from None
    with_database()
    children = _Counting()
    try:
        found = answered(children.stories(), asked, house, datetime.now(UTC))
        write_rows(
            out, template_rows(asked, house.authority, house.nation, [one.line for one in found]), as_csv, as_xlsx
        )
    except (CannotAnswer, ValueError) as problem:
        raise _stop(problem) from None
    if show_exact:
        for one in found:
            said = "not recorded" if one.count is None else f"{one.count.certain} to {one.count.possible}"
            typer.echo(f"{one.period.name}\t{one.question.number}\t{said}\tgoes out as {one.line.answer}", err=True)
    typer.echo(f"Wrote {out} from {children.number:,} chronologies. Read it before it is sent: nothing was sent.")


class _Counting:
    """The stories, chunk by chunk, and how many there were."""

    def __init__(self) -> None:
        self.number = 0

    def stories(self) -> Iterator[Any]:
        from holdfast.chronology.queries import all_refs, stories

        for refs in all_refs():
            found = stories(refs)
            self.number += len(found)
            if sys.stderr.isatty():
                typer.echo(f"\r{self.number:,} chronologies", nl=False, err=True)
            yield from found.values()
