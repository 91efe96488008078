"""docs/sql.md lists every reason that an answer about SQL may give."""

from ingest.derivation import reasons
from ingest.sql import Reason
from tests.docs.sql import SQL_PAGE, page_with_reasons


def test_sql_page__lists_the_reasons_as_they_are() -> None:
    page = SQL_PAGE.read_text(encoding="utf-8")
    assert page == page_with_reasons(page), "to write it anew: python -m tests.docs.write"


def test_reasons__all_have_a_meaning() -> None:
    assert [*reasons.MEANINGS] == [*Reason, reasons.TABLE_UNRESOLVED, reasons.NOT_DERIVED]
