"""What documents say of the shop: a product, its domain, team and classification."""

from datetime import timedelta
from hashlib import sha256

from catalog.canonical import encode
from catalog.entry import EntryKind, LogEntry
from catalog.graph import EdgeSpec, Property, Scalar
from catalog.identity import DocumentId
from catalog.projection import Projection
from catalog.statement import Described, DocumentStatement, Statements
from catalog.store.port import Store
from tests.api.graphql.world import BEGIN, RECEIVED_NS

SOURCE = "mesh.ttl"
DOCUMENT = "document/mesh.ttl"
PRODUCT, DOMAIN, TEAM = "product/orders", "domain/sales", "team/orders"
CLEAN, EMAIL, PII = "dataset/db/clean", "field/db/raw/email", "personal-data/email"


def thing(key: str, label: str, *edges: EdgeSpec, **said: Property) -> Described:
    return Described(key, label, tuple(sorted(said.items())), tuple(sorted(edges)))


def stub(key: str, label: str, **said: Property) -> Described:
    return Described(key, label, tuple(sorted(said.items())), stub=True)


def edge(type_: str, source: str, target: str, /, **said: Scalar) -> EdgeSpec:
    return EdgeSpec(type_, source, target, tuple(sorted(said.items())))


def mesh() -> list[Described]:
    return [
        thing(
            PRODUCT,
            "DataProduct",
            edge("EXPOSES", PRODUCT, CLEAN),
            edge("IN_DOMAIN", PRODUCT, DOMAIN),
            edge("OWNED_BY", PRODUCT, TEAM),
            name="Orders",
            description="All orders",
            lifecycle="active",
            sameAs=["https://a.example/orders", "https://b.example/orders"],
        ),
        thing(DOMAIN, "Domain", name="Sales"),
        thing(
            TEAM,
            "Team",
            edge("HAS_ROLE", TEAM, PRODUCT, role="steward", since="2025-01-01"),
            name="Team Orders",
        ),
        stub(CLEAN, "Dataset", namespace="db", name="clean"),
        stub("dataset/db/raw", "Dataset", namespace="db", name="raw"),
        thing(
            EMAIL,
            "Field",
            edge("CLASSIFIED_AS", EMAIL, PII, derived=False, source="declared"),
            dataset="dataset/db/raw",
            name="email",
        ),
        thing(PII, "PersonalDataCategory", name="e-mail address", level=3),
    ]


def describe(store: Store, hour: int, nodes: list[Described], source: str = SOURCE) -> None:
    """A version of a document, at an hour of the shop."""
    ns = int((BEGIN + timedelta(hours=hour)).timestamp()) * 10**9
    body = encode({"document": source, "mediaType": "text/turtle", "content": str(hour)})
    hash_ = sha256(body.encode()).hexdigest()
    entry = LogEntry(hash_, EntryKind.DOCUMENT, f"{ns + 2**63:016x}0{hash_[:32]}", RECEIVED_NS, body)
    about = (("mediaType", "text/turtle"), ("source", source))
    statement = DocumentStatement(DocumentId(source), tuple(nodes), about)
    Projection(store).apply([(entry, Statements(document=statement))])
