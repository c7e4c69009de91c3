"""Writes the generated pages of docs/reference afresh: commands, rules for review. `--check`: are they current?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"


def commands_page() -> str:
    """Every command with its words, arguments and options, from the commands themselves."""
    from holdfast.cli.main import every_command

    lines = ["# Commands", "", "Written from the commands themselves by `make docs`; a test keeps it current.", ""]
    root = typer.main.get_command(every_command())
    lines += _of(root, "holdfast")
    return "\n".join(lines).rstrip() + "\n"


def rules_page() -> str:
    """Every rule beside its source."""
    from holdfast.duties.review import review_page
    from holdfast.duties.statute import statute

    return review_page(statute())


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
    for name, page in {"commands.md": commands_page(), "rules-for-review.md": rules_page()}.items():
        path = REFERENCE / name
        if "--check" not in sys.argv:
            path.write_text(page)
            print(f"wrote {path.relative_to(ROOT)}")
        elif not path.exists() or path.read_text() != page:
            raise SystemExit(f"{path.relative_to(ROOT)} is not current: run make docs")


if __name__ == "__main__":
    main()
