"""The sheets of a report as tables: on a terminal, and as Markdown in a page of the documentation."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.report import Report, Sheet, heading, ingest_sheets, sheets

BEGIN = "<!-- figures of {}: written by python -m bench --markdown -->"
END = "<!-- end of figures -->"


def show(report: Report, console: Console) -> None:
    """Print the whole report."""
    for line in heading(report):
        console.print(line, markup=False)
    for sheet in sheets(report):
        console.print(_table(sheet))


def _table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, title_justify="left", title_style="bold")
    for name in sheet.texts:
        table.add_column(name, no_wrap=True)
    for name in sheet.numbers:
        table.add_column(name, justify="right")
    for row in sheet.rows:
        table.add_row(*row)
    return table


def markdown(report: Report) -> str:
    """The heading and the sheets of ingest."""
    lines = [f"- {line}" for line in heading(report)]
    blocks = ["\n".join(lines), *(_markdown_table(sheet) for sheet in ingest_sheets(report))]
    return "\n\n".join(blocks) + "\n"


def _markdown_table(sheet: Sheet) -> str:
    names = _line((*sheet.texts, *sheet.numbers))
    rule = _line(("---",) * len(sheet.texts) + ("---:",) * len(sheet.numbers))
    return "\n".join((f"**{sheet.title}**", "", names, rule, *map(_line, sheet.rows)))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write_markdown(report: Report, page: Path) -> None:
    """Write the figures of each store between its marks in a page, or at its end where it has none.

    Those of stores that were not measured stay.
    """
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    for engine in report.engines:
        begin = BEGIN.format(engine.store)
        if begin not in text:
            text += f"{begin}\n{END}\n"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(END)
        text = f"{before}{begin}\n\n{markdown(report.of(engine))}\n{END}{after}"
    page.write_text(text, encoding="utf-8")
