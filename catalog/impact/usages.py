"""How a unit uses a changed field: what its SQL says, else what its producer told."""

from catalog.aliases import is_job
from catalog.impact.knowledge import Knowledge
from catalog.impact.rules import (
    CONTRADICTED,
    MAY_NAME_IT,
    NAMES_IT,
    NO_COLUMNS,
    NOT_NAMED,
    NOT_SURE,
    NOT_USED,
    Usage,
    Used,
    reason_of_removal,
)
from catalog.impact.severity import Certainty
from catalog.impact.texts import Text
from catalog.names import last_part
from catalog.sql_report import SqlReport, SqlStatus
from ontology.vocabulary import Origin

_OF_NAMES = frozenset(
    (
        "SCHEMA_UNKNOWN",
        "STAR_UNRESOLVED",
        "COLUMN_UNRESOLVED",
        "COLUMN_AMBIGUOUS",
        "COLUMN_MISSING",
        "TABLE_UNRESOLVED",
        "UNKNOWN_DIALECT",
    )
)
"""Problems that leave single names open; all else of the text is understood."""
_OF_COLUMNS = ("SCHEMA_UNKNOWN", "COLUMN_UNRESOLVED", "COLUMN_AMBIGUOUS", "COLUMN_MISSING")
_OF_STARS = ("SCHEMA_UNKNOWN", "STAR_UNRESOLVED")


class Usages:
    """Of one unit. ``text``: its SQL, where it was read."""

    def __init__(self, known: Knowledge, unit: str, text: Text | None) -> None:
        self._known = known
        self._unit = unit
        self._text = text
        report = known.sql(unit)
        self._report = report if report is not None and is_job(unit) else None

    @property
    def is_complete(self) -> bool:
        """Whether all SQL of the unit is understood."""
        return self._report is not None and self._report.status is SqlStatus.COMPLETE

    @property
    def reads_by_sql(self) -> frozenset[str]:
        """The keys of the datasets that its SQL names."""
        tables = () if self._report is None else self._report.tables
        return frozenset(table.dataset for table in tables if table.dataset is not None)

    def of(self, dataset: str, field: str, path: str) -> Used:
        """How it uses a field of a dataset that it reads."""
        use = self._known.uses.get((field, self._unit))
        if use is not None:
            return Used(Usage.NEEDED if use.needed else Usage.STAR, Certainty.PROVEN, NAMES_IT)
        told = [
            column.edge
            for column in self._known.columns.get((field, self._unit), ())
            if column.edge.origin != Origin.PARSED
        ]
        if self.is_complete:
            if told:
                return Used(Usage.UNKNOWN, Certainty.UNKNOWN, CONTRADICTED)
            return Used(Usage.UNUSED, Certainty.PROVEN, NOT_USED)
        if told:
            return Used(Usage.TOLD, Certainty.STRUCTURAL, reason_of_removal(told[0]))
        by_text = None if self._report is None else self._by_text(self._report, dataset, path)
        return by_text or self._by_silence(dataset)

    def _by_text(self, report: SqlReport, dataset: str, path: str) -> Used | None:
        """What is known of a text that is not understood in whole; None: nothing."""
        if report.status is not SqlStatus.PARTIAL:
            return None
        reasons = {problem.reason for problem in report.problems}
        name = path.split(".")[0]
        if not reasons <= _OF_NAMES:
            unnamed = self._text is not None and not self._text.has_star and not self._text.names(name)
            return Used(Usage.UNUSED, Certainty.STRUCTURAL, NOT_USED) if unnamed else None
        messages = [one.message.casefold() for one in report.problems if one.reason in _OF_COLUMNS]
        if any(f"'{name.casefold()}'" in message for message in messages):
            by_name = self._text is not None and self._text.puts_by_name
            return Used(Usage.PASSED if by_name else Usage.OPEN, Certainty.HEURISTIC, MAY_NAME_IT)
        if self.passes_on(dataset):
            return Used(Usage.PASSED, Certainty.HEURISTIC, NOT_SURE)
        return Used(Usage.UNUSED, Certainty.STRUCTURAL, NOT_USED)

    def passes_on(self, dataset: str) -> bool:
        """Whether a star that could not be resolved may reach a dataset."""
        report = self._report
        if report is None or report.status is not SqlStatus.PARTIAL:
            return False
        named = ("The column ", "The name ")
        stars = [p for p in report.problems if p.reason in _OF_STARS and not p.message.startswith(named)]
        members = self._known.view.classes.members(dataset)
        names = [t.name for t in report.tables if t.dataset in members and t.name is not None]
        lasts = {last_part(name).casefold() for name in names}
        listing = [p.message.casefold() for p in stars if "not known:" in p.message]
        if listing and len(listing) == len(stars):
            listed = {
                last_part(one.strip(" .")) for m in listing for one in m.split("not known:")[1].split(",")
            }
            return not lasts.isdisjoint(listed)
        return bool(stars)

    def _by_silence(self, dataset: str) -> Used:
        if self._known.is_blank(dataset, self._unit) is not None:
            return Used(Usage.UNKNOWN, Certainty.UNKNOWN, NO_COLUMNS)
        return Used(Usage.UNUSED, Certainty.HEURISTIC, NOT_NAMED)
