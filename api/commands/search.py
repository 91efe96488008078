"""``meshline search``: datasets, jobs and all that documents describe, by the words of their names and descriptions."""

import os
from collections.abc import Collection
from typing import Annotated

import typer

from api.answers import Hit
from api.catalogue import open_catalogue
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, table
from api.errors import UsageError
from catalog.coverage import spoken
from ontology.compiler import load_model

TextArgument = Annotated[
    str, typer.Argument(metavar="TEXT", help="Words, or beginnings of words; all must match.")
]
KindOption = Annotated[
    list[str],
    typer.Option(
        "--kind",
        metavar="KIND",
        help="Only this kind: Dataset, Job, DataProduct, Domain, … [default: all]",
        show_default=False,
    ),
]
NamespaceOption = Annotated[
    str | None,
    typer.Option("--namespace", metavar="NAME", help="Only in this namespace.", show_default=False),
]
FirstOption = Annotated[
    int, typer.Option("--first", metavar="N", min=1, max=100, help="List at most so many.")
]


DroppedOption = Annotated[
    bool | None,
    typer.Option(
        "--dropped/--no-dropped",
        help="Only datasets that were dropped or renamed, or only what was not. [default: both, dropped last]",
        show_default=False,
    ),
]


def search(
    text: TextArgument,
    kind: KindOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    namespace: NamespaceOption = None,
    dropped: DroppedOption = None,
    first: FirstOption = 20,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search the catalog, the best matches first."""
    with open_catalogue(store, url, os.environ) as catalogue:
        answer = catalogue.search(text, _labels(kind), namespace, first, dropped)
    if as_json:
        print_json(answer)
        return
    out = console()
    if not answer.items:
        out.print(f"Nothing matches {text!r}.", markup=False)
        return
    rows = [(hit.kind, hit.namespace, _name(hit), hit.description) for hit in answer.items]
    out.print(table(("kind", "namespace", "name", "description"), rows))
    if answer.total > len(answer.items):
        out.print(f"{len(answer.items)} of {answer.total} (--first lists more).")


def _name(hit: Hit) -> str:
    """The name, and what has become of a dataset that exists no more under it."""
    if hit.dropped_at is None:
        return hit.name
    if hit.renamed_to:
        return f"{hit.name} (renamed to {', '.join(map(spoken, hit.renamed_to))})"
    return f"{hit.name} (dropped {hit.dropped_at})"


def _labels(kinds: Collection[str]) -> list[str]:
    """The labels that are meant, in any case and with or without hyphens. Raises UsageError."""
    known = {label.lower(): label for label in load_model().labels}
    meant = [known.get(kind.replace("-", "").lower()) for kind in kinds]
    unknown = [kind for kind, label in zip(kinds, meant, strict=True) if label is None]
    if unknown:
        raise UsageError(
            f"There is no kind {', '.join(unknown)}.", f"It is one of {', '.join(known.values())}."
        )
    return sorted(load_model().concrete([label for label in meant if label is not None]))
