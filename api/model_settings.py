"""What the environment says of the model of a process: ontology files, rules of names, the precedence of sources."""

import os
from collections.abc import Mapping
from pathlib import Path

_ONTOLOGY, _NAMING, _PRECEDENCE = "MESHLINE_ONTOLOGY", "MESHLINE_NAMING", "MESHLINE_PRECEDENCE"


def configure_process(environ: Mapping[str, str]) -> None:
    """Read the files that are named; before any command looks at a store, for the model must not change after that.

    What reads them is loaded only where a file is named. Raises OntologyError, ModelError, CatalogError.
    """
    files = tuple(map(Path, filter(None, environ.get(_ONTOLOGY, "").split(os.pathsep))))
    if files:
        from ontology.compiler import configure_model

        configure_model(files)
    rules = _file(environ, _NAMING)
    if rules is not None:
        from catalog.naming.file import read_naming
        from catalog.naming.rules import configure_naming

        configure_naming(read_naming(rules))
    order = _file(environ, _PRECEDENCE)
    if order is not None:
        from catalog.precedence import configure_precedence, read_precedence

        configure_precedence(read_precedence(order))


def _file(environ: Mapping[str, str], variable: str) -> Path | None:
    name = environ.get(variable, "").strip()
    return Path(name) if name else None
