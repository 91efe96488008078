"""What texts say of the types of columns by the way they use them: a column whose type nobody tells has one yet."""

from collections import OrderedDict
from threading import Lock

from catalog.impact.job_binder import Evidence, JobText, Kin, Kindred, PassedOn
from ingest.sql import kin

MAX_KEPT = 4_000


class Kinship:
    """Reads texts, each once over the same tables; safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[JobText, Kindred] = OrderedDict()
        self._lock = Lock()

    def of(self, text: JobText) -> Kindred:
        """The classes of one text's columns."""
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        found = _read(text)
        with self._lock:
            self._kept[text] = found
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return found


def _read(text: JobText) -> Kindred:
    tables = {table.name: [(column.name, column.type) for column in table.columns] for table in text.tables}
    found = kin(text.text, text.dialect, tables, [table.name for table in text.tables if table.whole])
    classes = tuple(
        Kin(
            one.columns,
            frozenset(Evidence(sign.family, sign.type, sign.told) for sign in one.signs),
            one.open,
        )
        for one in found.classes
    )
    passed = frozenset(PassedOn(*one) for one in found.passed)
    return Kindred(classes, passed, found.defaulted, found.joined_by)
