"""Migration: a store that another ontology has made is brought to this one, without touching what it holds."""

from dataclasses import dataclass

from catalog.errors import ReplayNeeded, StoreError
from catalog.store.mark import StoreMark
from catalog.store.migrator import Migrator, Step
from catalog.store.registry import open_migrator
from ontology.compiler import load_model
from ontology.model import GraphModel
from ontology.vocabulary import Label

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Migration:
    """``before``: what made the store; ``after``: what this Meshline makes; ``steps``: from one to the other.

    ``unread``: the log has documents that were read by the words of another ontology. They stay as they were read
    then; a replay reads them again. ``rebuilds``: the graph was made by older folds or by other rules, so it
    needs that replay, after which ``mark_rebuilt`` says so.
    """

    before: StoreMark
    after: StoreMark
    steps: tuple[Step, ...]
    unread: bool

    @property
    def needed(self) -> bool:
        return bool(self.steps) or self.before != self.after

    @property
    def rebuilds(self) -> bool:
        shaped = [(mark.naming, mark.precedence) for mark in (self.before, self.after)]
        return self.before.projection < self.after.projection or shaped[0] != shaped[1]


def migrate(url: str, *, dry_run: bool = False, model: GraphModel | None = None) -> Migration:
    """Migrate the store that the URL names; what was done, or in a dry run what would be.

    Safe to be interrupted and run again. Raises UnknownStoreUrl, NotOurStore, NewerOntology, StoreUnavailable,
    StoreError for an empty store, and ReplayNeeded where the graph has what the ontology has no words for.
    """
    wanted = load_model() if model is None else model
    migrator = open_migrator(url, wanted)
    try:
        found = _plan(migrator, StoreMark.of(wanted))
        if found.needed and not dry_run:
            migrator.migrate(found.before)
        return found
    finally:
        migrator.close()


def mark_rebuilt(url: str) -> None:
    """Say that the graph of the store has been made anew by the folds of this Meshline."""
    migrator = open_migrator(url, load_model())
    try:
        migrator.migrate()
    finally:
        migrator.close()


def _plan(migrator: Migrator, after: StoreMark) -> Migration:
    before = migrator.mark()
    if before is None:
        raise StoreError("The store is empty.", "It gets the current ontology when it is first written to.")
    before.refuse_newer(after)
    strangers = migrator.strangers()
    if strangers:
        shown = [f"{count} of {name}" for name, count in strangers.items()]
        more = ", …" if len(shown) > _NAMED else ""
        raise ReplayNeeded(
            f"The graph holds what this ontology has no label or type for: {', '.join(shown[:_NAMED])}{more}.",
            "Fill a new store with `meshline replay --to NEW`, then use that one.",
        )
    return Migration(
        before,
        after,
        tuple(migrator.steps()),
        before.ontology != after.ontology and migrator.holds(Label.DOCUMENT),
    )
