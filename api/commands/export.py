"""``meshline export``: the graph as RDF."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import StoreOption
from api.errors import UsageError
from api.settings import Settings
from api.target import opened_store
from catalog.export import nquads
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.rdf.selection import Selection, named_node, select
from catalog.store.port import Reader, Store
from ingest.derivation.settle import settle
from ontology.rdf_writing import Form, trig_texts
from ontology.vocabulary import Label

FormatOption = Annotated[
    Form,
    typer.Option(
        "--format",
        metavar="nquads|trig|turtle|jsonld",
        help="nquads, trig: graph and history, unless a profile, product or domain is named; turtle, jsonld: the "
        "graph now.",
    ),
]
ProfileOption = Annotated[
    Profile | None,
    typer.Option(
        "--profile",
        metavar="mesh|dprod-2024|dprod-2026|dcat-ap",
        help="The words that the graph now is told in: ours beside the standards', or only those of DPROD "
        "(August 2024, June 2026) or of DCAT-AP 3.",
    ),
]
ProductOption = Annotated[
    str | None,
    typer.Option(
        "--product",
        metavar="KEY_OR_NAME",
        help="Only this data product: its ports, datasets with fields, contracts, policies and the jobs that write "
        "it; owners, domains, terms and classes by name.",
    ),
]
DomainOption = Annotated[
    str | None,
    typer.Option(
        "--domain",
        metavar="KEY_OR_NAME",
        help="Only this domain: all of that for each thing in it and in its subdomains.",
    ),
]
BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="IRI",
        help="What the IRIs of nodes begin with.  [default: MESHLINE_BASE_IRI, else the address of a local service]",
        show_default=False,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "--out", metavar="FILE", help="Write here, whole or not at all."),
]


def export(
    store: StoreOption = None,
    form: FormatOption = Form.NQUADS,
    profile: ProfileOption = None,
    product: ProductOption = None,
    domain: DomainOption = None,
    base: BaseOption = None,
    output: OutputOption = None,
) -> None:
    """Export the graph as RDF."""
    if product is not None and domain is not None:
        raise UsageError("--product and --domain exclude each other.", "Name the product or the domain.")
    base_iri = Settings.from_environment(os.environ, store=store, base_iri=base).base_iri
    with opened_store(store, os.environ) as opened, _settled(opened).read() as reader:
        selection = _selection(reader, product, domain, base_iri)
        if form in (Form.NQUADS, Form.TRIG) and profile is None and selection is None:
            pieces = _history(reader, form, base_iri)
        else:
            pieces = rdf(reader, form, profile or Profile.MESH, base_iri, selection)
        if output is None:
            sys.stdout.writelines(pieces)
        else:
            _write(output, pieces)


def _settled(store: Store) -> Store:
    """The store, with nothing left to derive: what is exported must not depend on how far that has come."""
    settle(store)
    return store


def _selection(reader: Reader, product: str | None, domain: str | None, base: str) -> Selection | None:
    if product is not None:
        return select(reader, named_node(reader, Label.DATA_PRODUCT, product, base))
    if domain is not None:
        return select(reader, named_node(reader, Label.DOMAIN, domain, base))
    return None


def _history(reader: Reader, form: Form, base: str) -> Iterator[str]:
    """The canonical export, which holds what no longer is."""
    lines = (f"{line}\n" for line in nquads(reader, base))
    return lines if form is Form.NQUADS else trig_texts(lines)


def _write(path: Path, pieces: Iterable[str]) -> None:
    """Write whole or not at all: a file that is there is replaced only by a complete one."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with new.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        new.replace(path)
    except OSError as error:
        raise UsageError(
            f"Cannot write {path}: {error.strerror}.", "Name another file with --output."
        ) from error
    finally:
        new.unlink(missing_ok=True)
