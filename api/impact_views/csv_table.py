"""The affected things as CSV (RFC 4180), a line each; no cell is a formula, whatever a name begins with."""

import csv
import io
from collections.abc import Iterator

from api.commands.output import visible
from api.impact_answer import ImpactAnswer, ImpactItem

COLUMNS = (
    "id",
    "kind",
    "name",
    "severity",
    "certainty",
    "unknown",
    "hops",
    "reason",
    "product",
    "domain",
    "owners",
    "contacts",
    "action",
    "status",
    "runs",
    "last_used",
    "changed",
    "contracts",
    "message",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a cell for a formula."""


def csv_text(answer: ImpactAnswer) -> str:
    """The table, with a head; lines end with CR LF. Several values in one cell are parted by ``; ``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in answer.items:
        writer.writerow([cell(text) for text in _cells(item)])
    return out.getvalue()


def cell(text: str) -> str:
    """A text that is shown as it is: an apostrophe goes before what would be a formula."""
    shown = visible(text)
    return f"'{shown}" if text.startswith(_FORMULA) or shown.startswith(_FORMULA) else shown


def _cells(item: ImpactItem) -> Iterator[str]:
    yield from (item.id, item.kind, item.name, item.severity, item.certainty)
    yield from ("yes" if item.unknown else "no", str(item.hops), item.reason)
    yield item.product.name if item.product else ""
    yield item.domain.name if item.domain else ""
    yield "; ".join(owner.name or owner.id for owner in item.owners)
    yield "; ".join(dict.fromkeys(contact for owner in item.owners for contact in owner.contacts))
    yield from (item.action or "", item.status or "")
    yield "" if item.runs is None else str(item.runs)
    yield item.last_used or ""
    yield "; ".join(item.changed)
    yield "; ".join(f"{clause.contract.name}: {clause.message}" for clause in item.clauses)
    yield item.message or ""
