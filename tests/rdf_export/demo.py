"""The demo mesh by its events, and with a document that describes the shop beside it."""

import json

from catalog.projection import Projection
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.event import recognise
from ingest.rdf.document import interpret_document, read_document
from ontology.rdf_reading import RdfSyntax
from ontology.rdf_writing import Form
from tests.demo.conftest import NOW, emitted
from tests.rdf_export.meshes import BASE, stored
from tests.rdf_export.shop import mended

RECEIVED_NS = int(NOW.timestamp()) * 10**9


def demo() -> Store:
    """What the demo's events make."""
    store = MemoryStore()
    bodies = (json.dumps(event).encode() for event in emitted())
    Projection(store).apply([recognise(body, received_ns=RECEIVED_NS) for body in bodies])
    return store


def demo_with_products() -> Store:
    """The same, and what a document describes: the export of the shop, read back."""
    store = demo()
    with stored(*mended()).read() as reader:
        turtle = "".join(rdf(reader, Form.TURTLE, Profile.MESH, BASE))
    document = read_document(turtle.encode(), RdfSyntax.TURTLE, "shop.ttl")
    found = interpret_document(document, "shop.ttl", received_ns=RECEIVED_NS)
    Projection(store).apply([(found.entry, found.statements)])
    return store
