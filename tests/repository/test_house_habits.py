"""The habits of the house, checked on the source itself: rules kept by convention alone are not kept."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.config.vocabulary import vocabulary

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "holdfast"
FILES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
WRITERS = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
HEAVY = {"altair", "vl_convert", "typst", "polars", "duckdb", "django.setup"}


def _name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def _calls(path: Path) -> Iterator[tuple[int, str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr, node


def _is_manager_call(call: ast.Call) -> bool:
    text = ast.unparse(call.func)
    # A model is saved with keywords or with nothing; what is told where to save to is no model (a picture, a workbook).
    return ".objects" in text or "_default_manager" in text or (text.endswith(".save") and not call.args)


def test_only_actions_write_to_the_database() -> None:
    """`chronology/read_tables.py` replaces read tables as part of an append; nothing else outside actions writes."""
    allowed = {"chronology/read_tables.py"}
    found = [
        f"{_name(p)}:{line} {attribute}"
        for p in FILES
        if p.name != "actions.py" and p.parent.name != "demo" and _name(p) not in allowed
        for line, attribute, call in _calls(p)
        if attribute in WRITERS and _is_manager_call(call)
    ]
    assert found == []


def test_the_clock_is_read_only_at_the_edges() -> None:
    """Pages, commands and the demonstration read the clock once; rules, pictures, queries and actions never."""
    edges = {"web", "cli", "demo"}
    found = [
        f"{_name(p)}:{line}"
        for p in FILES
        if p.relative_to(SOURCE).parts[0] not in edges
        for line, attribute, call in _calls(p)
        if attribute in ("now", "utcnow", "today") and not isinstance(call.func.value, ast.Call)  # type: ignore[attr-defined]
    ]
    assert found == []


def test_heavy_libraries_are_imported_when_they_are_used() -> None:
    found = []
    for path in FILES:
        for node in ast.parse(path.read_text()).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{_name(path)}: {n}" for n in names if n.partition(".")[0] in HEAVY]
    assert found == []


def test_every_kind_says_how_it_reads_with_nothing_known() -> None:
    words = vocabulary()
    for kind in words:
        sentence = words.read(kind.name, {}).sentence()
        assert sentence and sentence[0].isupper() and not sentence.endswith("."), kind.name
        assert "None" not in sentence, kind.name
        assert kind.audience, kind.name


def test_every_span_that_is_closed_is_opened_by_some_kind() -> None:
    opened = set(vocabulary().spans_opened())
    assert {span for kind in vocabulary() for span in kind.closes} <= opened


def test_rooms_are_named_by_nouns() -> None:
    banned = {"utils", "helpers", "common", "core", "base", "misc", "manager"}
    # Django asks for a backend's module to be called base.
    found = {_name(p) for p in FILES if p.stem in banned} - {"config/sqlcipher/base.py", "config/postgres/base.py"}
    assert found == set()


def test_every_room_opens_with_what_it_is() -> None:
    for room in sorted(p for p in SOURCE.iterdir() if (p / "__init__.py").exists()):
        opening = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
        assert len(opening.split()) >= 40, f"{room.name}: what it is, which law, what to read first"


def test_nothing_is_marked_safe_outside_the_components() -> None:
    found = [
        _name(p)
        for p in (SOURCE / "web" / "templates").rglob("*")
        if p.is_file() and re.search(r"\|\s*safe\b", p.read_text()) and "components" not in p.parts
    ]
    assert found == []


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listed:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listed.splitlines()]


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    # Put together here, so that this file does not find itself.
    patterns = ["/" + "work/", "/" + "root/", "index" + "-url", "registry." + "npmjs", "files." + "pythonhosted"]
    found = []
    for path in _tracked():
        if path.suffix in (".svg", ".png", ".ico", ".pdf") or not path.is_file():
            continue
        text = path.read_text(errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {p}" for p in patterns if p in text]
    assert found == []


def test_nothing_is_left_open_in_the_source() -> None:
    words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]) + r")\b")
    assert [str(p) for p in _tracked() if p.suffix == ".py" and words.search(p.read_text())] == []


def test_every_setting_of_the_environment_is_documented() -> None:
    documented = (ROOT / "docs" / "reference" / "settings.md").read_text()
    used = {
        name for p in FILES for name in re.findall(r"environ(?:\.get\(|\.setdefault\(|\[)\"([A-Z_]+)\"", p.read_text())
    } | {f"HOLDFAST_{n.upper()}" for p in FILES for n in re.findall(r"\bkey\(\"([a-z_]+)\"\)", p.read_text())}
    assert {n for n in used if f"`{n}`" not in documented} == {"DJANGO_SETTINGS_MODULE"}


def test_every_decision_says_when_what_and_how_to_undo_it() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        text = path.read_text()
        for part in ("Date: ", "Status: ", "**Context.**", "**Decision.**", "**Consequences.**", "Undo by: "):
            assert part in text, f"{path.name} lacks {part}"


def test_every_word_of_the_glossary_is_used() -> None:
    everything = " ".join(p.read_text().lower() for p in [*FILES, *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|", (ROOT / "GLOSSARY.md").read_text(), re.M)
    assert len(rows) > 30
    words = [w.strip() for row in rows for w in row.split("/")]
    assert [w for w in words if w.lower().split(" ")[0] not in everything] == []
