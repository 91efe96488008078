"""The forms in which an impact answer is written."""

from collections.abc import Callable
from enum import StrEnum

import msgspec

from api.impact_answer import ImpactAnswer
from api.impact_views.csv_table import csv_text
from api.impact_views.html_page import html_page
from api.impact_views.markdown import markdown
from api.impact_views.sarif import sarif


class Format(StrEnum):
    """TEXT is for a terminal; the others are the same wherever they are written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"
    CSV = "csv"
    HTML = "html"


def rendered(answer: ImpactAnswer, form: Format) -> str:
    """The answer in a form that is no TEXT, with a line end at its end."""
    return _WRITERS[form](answer)


def _json(answer: ImpactAnswer) -> str:
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n"


_WRITERS: dict[Format, Callable[[ImpactAnswer], str]] = {
    Format.MARKDOWN: markdown,
    Format.JSON: _json,
    Format.SARIF: sarif,
    Format.CSV: csv_text,
    Format.HTML: html_page,
}
