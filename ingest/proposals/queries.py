"""The SQL that makes a dataset: a new text against the one in force."""

import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from catalog.derivation.intervals import in_force
from catalog.derivation.job_sql import job_sql
from catalog.graph import Direction
from catalog.impact.change import Change, ChangeKind, Place
from ingest.facets.sql import SqlText
from ingest.proposals.known import Known
from ingest.sql import dialect_of
from ingest.sql.sameness import meaning
from ontology.vocabulary import Origin, Rel


def query_change(dataset: str, query: str, place: Place | None) -> Change:
    """The SQL that makes a dataset is to be this; whether it is another, ``changed`` says."""
    return Change(dataset, ChangeKind.QUERY_CHANGED, after=query, place=place)


def changed(known: Known, changes: list[Change], dialect: str | None) -> list[Change]:
    """Without the changes of SQL to what is in force already; those that stay say what it was."""
    datasets = {change.subject for change in changes if change.kind is ChangeKind.QUERY_CHANGED}
    found = texts_in_force(known, datasets) if datasets else {}
    kept: list[Change] = []
    for change in changes:
        if change.kind is not ChangeKind.QUERY_CHANGED:
            kept.append(change)
            continue
        texts = found.get(change.subject, ())
        if not any(is_same(change.after or "", text, dialect) for text in texts):
            kept.append(replace(change, before=texts[0].query if texts else None))
    return kept


def is_same(new: str, old: SqlText, dialect: str | None) -> bool:
    """Whether a text says what one in force says."""
    of = dialect_of(old.dialect) or dialect_of(old.engine) or dialect
    return meaning(new, of) == meaning(old.query, of)


def texts_in_force(known: Known, datasets: Collection[str]) -> dict[str, tuple[SqlText, ...]]:
    """The SQL of the jobs that write each dataset: three questions."""
    known.classes.close_datasets(datasets)
    members = {member: key for key in datasets for member in known.classes.members(known.classes.name(key))}
    edges = known.reader.edges(members, (Rel.PRODUCES,), Direction.IN, known.at) if members else ()
    jobs: defaultdict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.origin != Origin.PARSED:
            jobs[members[edge.target]].add(edge.source)
    texts = sql_in_force(known, {job for found in jobs.values() for job in found})
    return {
        dataset: tuple(sorted((texts[job] for job in found if job in texts), key=repr))
        for dataset, found in jobs.items()
    }


def sql_in_force(known: Known, jobs: Collection[str]) -> Mapping[str, SqlText]:
    """The text that each job runs now, or ran at the instant."""
    instant = time.time_ns() if known.at is None else known.at
    found: dict[str, SqlText] = {}
    for job, told in job_sql(known.reader, jobs).items() if jobs else ():
        held = in_force(told.sql, instant, lambda one: (one.start or 0, one.value))
        if held is not None:
            found[job] = SqlText.decoded(held.value)
    return found
