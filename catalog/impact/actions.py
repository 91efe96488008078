"""What to do about an affected thing, in a sentence: who has to do what before or after the change."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from catalog.aliases import dataset_of
from catalog.coverage import spoken
from catalog.impact.report import Affected, Concern
from catalog.impact.severity import Certainty, Severity
from ontology.vocabulary import Label

_MOST = 5
_DATA = frozenset((Label.FIELD, Label.DATASET, Label.ALIAS, Label.DATASET_REFERENCE))
_JOBS = {
    Severity.BREAKS: "Ask {who} to stop using {what} in job {name} before the change.",
    Severity.STALE: "Nothing to change in job {name}: it has new data when what breaks before it is mended.",
    Severity.CHANGES_SCHEMA: "Run job {name} anew after the change, with a full rebuild where it is incremental.",
    Severity.CHANGES_ROWS: "Ask {who} whether job {name} may use {what} as it will be; then rebuild what it writes.",
    Severity.CHANGES_VALUES: "Ask {who} whether job {name} may use {what} as it will be; then rebuild what it writes.",
    Severity.UNKNOWN: "Ask {who} whether job {name} uses {what}.",
}
_OF_DATA = {
    Severity.BREAKS: "Ask {who} to stop using {name} before the change.",
    Severity.STALE: "Tell {who} that {name} is not rebuilt until what breaks before it is mended.",
    Severity.CHANGES_SCHEMA: "Tell {who} that columns or types of {name} change; rebuild it.",
    Severity.CHANGES_ROWS: "Tell {who} that {name} gets other rows; rebuild it, or accept them as they come.",
    Severity.CHANGES_VALUES: "Tell {who} that {name} gets other values; rebuild it, or accept them as they come.",
    Severity.UNKNOWN: "Ask {who} what becomes of {name}.",
}
_DECLARED = {
    Severity.BREAKS: "Agree with {who} on {name} before the change.",
    Severity.STALE: "Tell {who} that {name} gives no new data until what breaks before it is mended.",
    Severity.CHANGES_SCHEMA: "Tell {who} that {name} gives other columns or types, in time before the change.",
    Severity.CHANGES_ROWS: "Tell {who} that {name} gives other rows.",
    Severity.CHANGES_VALUES: "Tell {who} that {name} gives other values.",
    Severity.UNKNOWN: "Ask {who} whether {name} uses {what}.",
}
_PROMISE = (
    "Keep what contract {contract} promises, or agree on a new version with who uses it, before the change."
)
_NOTHING = "Nothing to do."


def action(item: Affected, concern: Concern, names: Mapping[str, str]) -> str:
    """What to do about an item. Never empty."""
    if item.severity in (Severity.COMPATIBLE, Severity.PASSES_THROUGH):
        open_ = item.unknown or (item.label == Label.JOB and item.certainty is not Certainty.PROVEN)
        return _sentence(_JOBS[Severity.UNKNOWN], item, concern, names) if open_ else _NOTHING
    if item.clauses and item.label != Label.ACCESS_AGREEMENT:
        return _sentence(_PROMISE, item, concern, names)
    if item.label == Label.JOB:
        return _sentence(_JOBS[item.severity], item, concern, names)
    table = _OF_DATA if item.label in _DATA else _DECLARED
    return _sentence(table[item.severity], item, concern, names)


def _sentence(form: str, item: Affected, concern: Concern, names: Mapping[str, str]) -> str:
    called = names.get(item.key) or spoken(item.key)
    kind = _KINDS.get(item.label)
    return form.format(
        who=" and ".join(party.name for party in concern.owners[:_MOST])
        or "its owner (nobody is named as such)",
        what=_columns(item.changed),
        contract=" and ".join(dict.fromkeys(names.get(one.contract, one.contract) for one in item.clauses)),
        name=called if kind is None else f"{kind} {called}",
    )


_KINDS: Mapping[str, str] = {
    Label.DATA_PRODUCT: "product",
    Label.OUTPUT_PORT: "port",
    Label.MANAGEMENT_PORT: "port",
    Label.CONTRACT_VERSION: "contract",
    Label.SCHEMA: "schema",
    Label.ACCESS_AGREEMENT: "agreement",
    Label.EXPOSURE: "exposure",
    Label.COMPONENT: "component",
    Label.SYSTEM: "system",
}


@lru_cache(maxsize=1_024)
def _columns(changed: tuple[str, ...]) -> str:
    """The changed columns that it uses, by dataset; where none is told, what changes."""
    by_dataset: dict[str, list[str]] = defaultdict(list)
    for field in changed:
        home, _, path = spoken(field).rpartition("#")
        if dataset_of(field) is not None:
            by_dataset[home].append(path)
    told = [f"{_some(paths)} of {home}" for home, paths in by_dataset.items()]
    return " and ".join(told[:_MOST]) or "what changes"


def _some(paths: list[str]) -> str:
    word = "column" if len(paths) == 1 else "columns"
    more = f" and {len(paths) - _MOST} more" if len(paths) > _MOST else ""
    return f"{word} {', '.join(paths[:_MOST])}{more}"
