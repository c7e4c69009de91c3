"""Made-up replies in many kinds of file, for tests: everything in them is fictional."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from xml.sax.saxutils import escape, quoteattr

S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def csv(rows):
    import csv as plain

    out = io.StringIO()
    plain.writer(out).writerows(rows)
    return out.getvalue().encode()


def _column(at):
    return chr(65 + at)


def xlsx(sheets, hidden_sheets=(), hidden_rows=(), hidden_columns=(), formulas=(), extra=None):
    """`sheets` is {name: rows}; `formulas` {("B2"): ("SUM(A1:A2)", "12")}; hidden rows and columns count from 1."""
    formulas = dict(formulas)
    shared = []
    parts = {}
    for number, rows in enumerate(sheets.values(), start=1):
        lines = []
        for at, row in enumerate(rows, start=1):
            cells = []
            for column, value in enumerate(row):
                place = f"{_column(column)}{at}"
                if place in formulas:
                    formula, kept = formulas[place]
                    cells.append(f'<c r="{place}"><f>{escape(formula)}</f><v>{kept}</v></c>')
                elif isinstance(value, str) and value.isdigit():
                    cells.append(f'<c r="{place}"><v>{value}</v></c>')
                elif value:
                    shared.append(value)
                    cells.append(f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>')
            hidden = ' hidden="1"' if at in hidden_rows else ""
            lines.append(f'<row r="{at}"{hidden}>{"".join(cells)}</row>')
        columns = "".join(f'<col min="{one}" max="{one}" width="9" hidden="1"/>' for one in hidden_columns)
        columns = f"<cols>{columns}</cols>" if columns else ""
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{S}">{columns}<sheetData>{"".join(lines)}</sheetData></worksheet>'
        )
    hidden_state = ' state="hidden"'
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}"{hidden_state if name in hidden_sheets else ""}/>'
        for at, name in enumerate(sheets, start=1)
    )
    parts["xl/workbook.xml"] = f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>{named}</sheets></workbook>'
    links = "".join(
        f'<Relationship Id="r{at}" Type="{R}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="s" Type="{R}/sharedStrings" Target="sharedStrings.xml"/>'
    package = "http://schemas.openxmlformats.org/package/2006"
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{package}/relationships">{links}</Relationships>'
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{S}">{texts}</sst>'
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{overrides}'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/></Types>'
    )
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    return packed(parts | (extra or {}))


def ods(rows, hidden_rows=(), formula="", style="", styled=""):
    """`style` is how every number looks, said of its "cell", its "column", what its style is made after ("parent"), or
    of a first part of what stands in it ("span")."""
    lines = []
    own = ' table:style-name="own"' if styled in ("cell", "parent") else ""
    columns = '<table:table-column/><table:table-column table:default-cell-style-name="looks"/>'
    for at, row in enumerate(rows, start=1):
        cells = "".join(
            f"<table:table-cell{own if value.isdigit() else ''}><text:p>"
            + (f'<text:span text:style-name="looks">{value}</text:span> 26' if styled == "span" and value.isdigit()
               else escape(value))
            + "</text:p></table:table-cell>"
            for value in row
        )  # fmt: skip
        shown = ' table:visibility="collapse"' if at in hidden_rows else ""
        lines.append(f"<table:table-row{shown}>{cells}</table:table-row>")
    if formula:
        lines.append(
            f"<table:table-row><table:table-cell table:formula={quoteattr(formula)}><text:p>9</text:p>"
            "</table:table-cell></table:table-row>"
        )
    body = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"><office:automatic-styles>'
        f'<style:style style:name="looks">{style}</style:style>'
        '<style:style style:name="own" style:parent-style-name="looks"/>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="Data">{columns if styled == "column" else ""}{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": body})


def _paragraph(text):
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx(blocks, extra=None, raw=""):
    """`blocks`: a text is a paragraph, a list of rows a table."""
    body = []
    for block in blocks:
        if isinstance(block, str):
            body.append(_paragraph(block))
            continue
        rows = "".join(
            "<w:tr>" + "".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in block
        )
        body.append(f"<w:tbl>{rows}</w:tbl>")
    document = f'<w:document xmlns:w="{W}"><w:body>{"".join(body)}{raw}</w:body></w:document>'
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": document} | (extra or {}))


def _typst(text):
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def pdf(blocks, ruled=True):
    """`blocks` as for `docx`; without `ruled` a table has no lines."""
    import typst

    said = ["#set page(width: 21cm, height: 29cm)\n#set text(size: 10pt)\n"]
    for block in blocks:
        if isinstance(block, str):
            said.append(_typst(block) + "\n")
            continue
        stroke = "0.5pt" if ruled else "none"
        cells = ", ".join(f"[{_typst(cell)}]" for row in block for cell in row)
        widths = ", ".join(["7cm"] + ["4cm"] * (len(block[0]) - 1))
        said.append(f"#table(columns: ({widths}), stroke: {stroke}, {cells})\n")
    return typst.compile("\n".join(said).encode())


def html(blocks):
    said = []
    for block in blocks:
        if isinstance(block, str):
            said.append(f"<p>{escape(block)}</p>")
            continue
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block)
        said.append(f"<table>{rows}</table>")
    return f"<html><body>{''.join(said)}</body></html>"


def message(text="", sender="foi@marrowshire.gov.uk", subject="FOI 101", attached=(), page="", **headings):
    """`attached` is {name: bytes}."""
    one = EmailMessage()
    one["From"], one["To"], one["Subject"] = sender, "round@example.org", subject
    one["Date"], one["Message-ID"] = (
        "Mon, 03 Mar 2025 09:00:00 +0000",
        headings.pop("message_id", f"<{abs(hash((subject, text)))}@x>"),
    )
    for name, value in headings.items():
        one[name.replace("_", "-")] = value
    one.set_content(text or "Please see attached.")
    if page:
        one.add_alternative(page, subtype="html")
    for name, content in dict(attached).items():
        one.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return one.as_bytes()
