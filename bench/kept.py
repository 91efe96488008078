"""Generated graphs in stores: written for one run, or kept in a folder and asked again by the next one."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.figures import LoadRow
from bench.graphs import Graph
from bench.stores import EmptyStore, Stores
from bench.walk import load
from catalog.store.registry import open_store
from ontology.compiler import load_model

WRITTEN = "written.json"
"""In the folder of a store once all of its graph is in it: the row of its loading."""


@contextmanager
def loaded(stores: Stores, graph: Graph, keep: Path | None) -> Iterator[tuple[LoadRow, EmptyStore]]:
    """A store with the graph, and the row of its loading. ``keep``: where stores stay; None: it is gone afterwards.

    What is there is asked as it is; with another ontology the graph is written again, beside it.
    """
    if keep is None:
        with stores.empty() as empty:
            yield _written(stores, graph, empty), empty
        return
    parts = stores.name, re.sub("[^a-z0-9]+", "-", graph.name), load_model().digest[:8]
    folder = keep.resolve() / "-".join(parts)
    told = folder / WRITTEN
    if not told.exists():
        shutil.rmtree(folder, ignore_errors=True)  # a run was stopped while it wrote
        folder.mkdir(parents=True)
    with stores.kept(folder) as store:
        if not told.exists():
            told.write_text(json.dumps(asdict(_written(stores, graph, store))))
        yield LoadRow(**json.loads(told.read_text())), store


def _written(stores: Stores, graph: Graph, store: EmptyStore) -> LoadRow:
    opened = open_store(store.url)
    try:
        return load(stores.name, opened, graph)
    finally:
        opened.close()
