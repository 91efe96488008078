"""The list of reasons in docs/sql.md, from their one place in the code."""

from ingest.derivation.reasons import MEANINGS
from tests.docs.markdown import ROOT

SQL_PAGE = ROOT / "docs" / "sql.md"
BEGIN = "<!-- Written by python -m tests.docs.write from ingest/derivation/reasons.py. -->"
END = "<!-- End of what is written. -->"


def page_with_reasons(page: str) -> str:
    """The page, with the list written anew between the two marks."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    rows = [f"| `{reason}` | {meaning} |" for reason, meaning in MEANINGS.items()]
    listed = "\n".join(["| reason | what it says |", "| --- | --- |", *rows])
    return f"{before}{BEGIN}\n\n{listed}\n\n{END}{after}"
