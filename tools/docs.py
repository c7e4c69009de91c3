"""Writes the generated pages of docs/reference afresh: the commands. `--check` says whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "commands.md"


def commands_page() -> str:
    """Every command with its words, arguments and options, from the commands themselves."""
    import holdfast.cli.duties
    import holdfast.cli.evidence
    import holdfast.cli.intake
    import holdfast.cli.record
    import holdfast.cli.serve  # noqa: F401
    from holdfast.cli.main import app

    lines = ["# Commands", "", "Written from the commands themselves by `make docs`; a test keeps it current.", ""]
    root = typer.main.get_command(app)
    lines += _of(root, "holdfast")
    return "\n".join(lines).rstrip() + "\n"


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _of(command: Any, name: str) -> list[str]:
    if hasattr(command, "commands"):
        found: list[str] = []
        for part in sorted(command.commands):
            found += _of(command.commands[part], f"{name} {part}")
        return found
    arguments = " ".join(
        p.name.upper() if p.required else f"[{p.name.upper()}]" for p in command.params if _is_argument(p)
    )
    lines = [f"## `{name}{' ' + arguments if arguments else ''}`", "", " ".join((command.help or "").split()), ""]
    for parameter in command.params:
        if parameter.name == "help":
            continue
        shown = parameter.name.upper() if _is_argument(parameter) else ", ".join(parameter.opts)
        lines.append(f"- `{shown}`: {' '.join((getattr(parameter, 'help', '') or '').split())}")
    return [*lines, ""]


def main() -> None:
    page = commands_page()
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != page:
            raise SystemExit(f"{PAGE.relative_to(ROOT)} is not current: run make docs")
        return
    PAGE.write_text(page)
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
