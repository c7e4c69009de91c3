"""The return in its XML form, one child at a time, so that memory stays bounded.

A child's element holds a header and, below it or beside it, one element for each row of the other tables. What an
element is is known by what stands in it, as a table is known by its columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from holdfast.returns.ssda903.codes import column_name, table_of, tables
from holdfast.returns.ssda903.found_files import CannotRead, FoundFile


class XmlRow(NamedTuple):
    """One element as a row: its columns, their texts, and the element as it stands."""

    columns: tuple[str, ...]
    fields: list[str]
    element: Element

    def received(self) -> str:
        """As it stood in the file, with the child's number before it."""
        number = self.fields[self.columns.index("CHILD")] if "CHILD" in self.columns else ""
        return f"{number}: {tostring(self.element, encoding='unicode')}"


def xml_rows(file: FoundFile) -> Iterator[XmlRow]:
    """Every row. Raises CannotRead where the file stops being XML: what came before has been given."""
    depth = 0
    try:
        with file.open() as stream:
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 1:
                    yield from _rows_of(element)
                    element.clear()
                elif event == "start" and depth == 1:
                    root = element
                if event == "end" and depth == 1 and len(root) > 100:
                    root.clear()
    except ParseError as error:
        line, column = error.position
        raise CannotRead(f"From line {line}, column {column} on this is not XML: the rest is not read.") from error
    except DefusedXmlException as error:
        raise CannotRead("The file defines its own words (a document type), which a return never does.") from error
    except (LookupError, ValueError) as error:
        raise CannotRead("The file says that it is in an encoding that is not known.") from error


def _tag(element: Element) -> str:
    return column_name(str(element.tag).rpartition("}")[2])


def _rows_of(child: Element) -> Iterator[XmlRow]:
    number = next((e.text or "" for e in child.iter() if len(e) == 0 and _tag(e) == "CHILD"), "")
    for element in child.iter():
        leaves = [(_tag(e), e.text or "") for e in element if len(e) == 0]
        for part in _parts(leaves) if _tag(element) == "HEADER" else [leaves]:
            if part:
                if not any(tag == "CHILD" for tag, _ in part):
                    part.insert(0, ("CHILD", number))
                yield XmlRow(tuple(tag for tag, _ in part), [text for _, text in part], element)


def _parts(leaves: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """A header's own values, and those of other tables that some systems write into the same element."""
    own = tables()["header"].columns
    parts: dict[str, list[tuple[str, str]]] = {"header": []}
    for leaf in leaves:
        other = None if leaf[0] in own else table_of(frozenset({leaf[0]}))
        parts.setdefault(other.name if other else "header", []).append(leaf)
    return list(parts.values())
