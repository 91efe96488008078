"""Declared things that may mean many datasets, by all rules of binding, and what may happen to them: plain choices."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from catalog.canonical import digest
from catalog.fold.facet_places import partition
from catalog.fold.history import Fold, History, Observation, dump_history
from catalog.fold.ledger import FACTS
from catalog.graph import Edge, Node, Property
from catalog.instant import order_key
from catalog.mesh.producers import FACET
from catalog.store.port import Space
from tests.mesh.changing import Records
from tests.mesh.words import Part, alias, dataset, edge, job, node, parts_of, reads, schema_of, seen, writes

Draw = random.Random
TABLES = (
    *(
        "orders",
        "items",
        "postgres://other:5432:shop.public.orders",
        "postgres://other:5432:shop.public.items",
    ),
    *("snowflake://acme:shop.public.orders", "snowflake://acme:SHOP.PUBLIC.ORDERS", "kafka://k:orders"),
)
JOBS = ("j0", "j1", "j2", "j3")
IDS = ("model.p.orders", "model.p.items", "model.q.orders")
CONTRACTS = ("c0", "c1", "c2")
TITLES = ("orders", "items")
SERVERS = ("s0", "s1")
PRODUCTS = ("a", "b", "c")
PORTS = ("out", "more")
FIELDS = ("id", "mail", "sum", "day")


@dataclass
class Schema:
    said: dict[str, Property] = field(default_factory=dict)
    bound: frozenset[tuple[str, str]] = frozenset()  # (table, who says so: curated, server or document)
    rejected: frozenset[str] = frozenset()
    loose: bool = False  # no version has it


@dataclass
class Port:
    serves: frozenset[str] = frozenset()
    governed: str | None = None
    offers: str | None = None
    rejected: frozenset[str] = frozenset()
    curated: str | None = None
    manages: bool = False


@dataclass
class World:
    """``sights``: tables that events name, and when last; ``fields``: what is known of their columns; ``named``: jobs
    by the unique id that they tell."""

    sights: dict[str, int] = field(default_factory=dict)
    flows: dict[str, frozenset[str]] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    aliases: frozenset[tuple[str, str]] = frozenset()
    schemas: dict[tuple[str, str], Schema] = field(default_factory=dict)
    servers: dict[tuple[str, str], dict[str, Property]] = field(default_factory=dict)
    environments: dict[tuple[str, str], str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=lambda: {"e0": "prod", "e1": "test"})
    ports: dict[tuple[str, str], Port] = field(default_factory=dict)
    owned: dict[str, frozenset[str]] = field(default_factory=dict)  # product: keys that it contains
    exposed: dict[str, frozenset[str]] = field(default_factory=dict)
    products: frozenset[str] = frozenset(PRODUCTS)

    def graph(self) -> tuple[dict[str, Node], dict[str, Edge]]:
        """The graph of these choices."""
        parts: list[Part] = [[node(f"product/{one}", "DataProduct") for one in self.products]]
        parts += [seen(name, *fields) for name, fields in self.fields.items()]
        parts += [[one] for name in self.sights for one in seen(name)]
        parts += [writes(name, *sorted(outputs)) for name, outputs in self.flows.items()]
        parts += [reads(name, table) for name, table in self.reads.items()]
        parts += [alias(one, other) for one, other in self.aliases]
        parts += [_schema(*place, one) for place, one in self.schemas.items()]
        parts += [_server(*place, said) for place, said in self.servers.items()]
        for (contract, name), environment in self.environments.items():
            if (contract, name) in self.servers:
                key = f"environment/{environment}"
                parts.append([Node(key, "Environment", {"name": self.words[environment]})])
                parts.append([edge("IN_ENVIRONMENT", f"server/{contract}/1.0.0/{name}", key)])
        parts += [_port(*place, one) for place, one in self.ports.items() if place[0] in self.products]
        for rel, told in (("CONTAINS", self.owned), ("EXPOSES", self.exposed)):
            for product, keys in told.items():
                if product in self.products:
                    parts.append([edge(rel, f"product/{product}", key) for key in keys])
        return parts_of(*parts)

    def records(self) -> Records:
        """What folds keep of tables and jobs that were seen."""
        found: dict[tuple[Space, str, str], str] = {}
        for name, at in self.sights.items():
            found[Space.STATE, dataset(name), FACTS] = _history(at, {})
        for name, unique_id in self.named.items():
            text = f'{{"unique_id":"{unique_id}"}}'
            found[Space.STATE, job(name), FACTS] = _history(1, {f"facet:{FACET}": digest(text)})
            found[Space.BLOB, digest(text), ""] = text
            found[Space.FACET, partition("job", FACET), job(name)] = FACET
        return found


def _history(at: int, values: dict[str, str]) -> str:
    return dump_history(History(Fold(), Observation(order_key(at, 0, "0" * 64), values)))


def _version(contract: str) -> str:
    return f"contract-version/{contract}/1.0.0"


def _schema(contract: str, title: str, one: Schema) -> Part:
    key = schema_of(contract, title)
    parts: Part = [
        node(_version(contract), "ContractVersion", version="1.0.0"),
        node(key, "Schema", **{"name": title, **one.said}),
    ]
    if not one.loose:
        parts.append(edge("HAS_SCHEMA", _version(contract), key))
    for table, by in one.bound:
        said: dict[str, Any] = {"rule": "server", "server": "s0"} if by == "server" else {}
        origin = "CURATED" if by == "curated" else "DECLARED"
        parts.append(edge("BOUND_TO", key, dataset(table), origin=origin, **said))
    return parts + [edge("NOT_BOUND_TO", key, dataset(one_), origin="CURATED") for one_ in one.rejected]


def _server(contract: str, name: str, said: dict[str, Property]) -> Part:
    key = f"server/{contract}/1.0.0/{name}"
    return [
        node(_version(contract), "ContractVersion", version="1.0.0"),
        Node(key, "Server", {"name": name, **said}),
        edge("HAS_SERVER", _version(contract), key),
    ]


def _port(product: str, name: str, one: Port) -> Part:
    kind, label, rel = (
        ("management-port", "ManagementPort", "HAS_MANAGEMENT_PORT")
        if one.manages
        else ("output-port", "OutputPort", "HAS_OUTPUT_PORT")
    )
    key = f"{kind}/{product}/{name}"
    parts: Part = [node(key, label), edge(rel, f"product/{product}", key)]
    parts += [edge("SERVES", key, dataset(table)) for table in one.serves]
    parts += [edge("NOT_BOUND_TO", key, dataset(table), origin="CURATED") for table in one.rejected]
    if one.curated is not None:
        parts.append(edge("BOUND_TO", key, dataset(one.curated), origin="CURATED"))
    if one.governed is not None:
        parts.append(edge("GOVERNED_BY", key, _version(one.governed)))
    if one.offers is not None:
        parts.append(edge("OFFERS", key, one.offers))
    return parts


# What may happen


def _some(chance: Draw, names: tuple[str, ...], most: int = 2) -> frozenset[str]:
    return frozenset(chance.sample(names, chance.randint(0, most)))


def _place(chance: Draw) -> dict[str, Property]:
    platform = chance.choice(["postgres", "postgres", "snowflake", "kafka"])
    said: dict[str, Property] = {"platform": platform}
    if chance.random() < 0.8:
        said |= {"database": "shop", "databaseSchema": "public"}
    return said


def see(world: World, chance: Draw) -> None:
    table = chance.choice(TABLES)
    if chance.random() < 0.3:
        world.sights.pop(table, None)
    else:
        world.sights[table] = chance.randint(1, 1_000)


def run(world: World, chance: Draw) -> None:
    name = chance.choice(JOBS)
    world.flows[name] = _some(chance, TABLES)
    if chance.random() < 0.5:
        world.reads[name] = chance.choice(TABLES)
    else:
        world.reads.pop(name, None)


def tell_id(world: World, chance: Draw) -> None:
    name = chance.choice(JOBS)
    if world.named.pop(name, None) is None or chance.random() < 0.5:
        world.named[name] = chance.choice(IDS)


def change_fields(world: World, chance: Draw) -> None:
    world.fields[chance.choice(TABLES)] = _some(chance, FIELDS, 3)


def change_alias(world: World, chance: Draw) -> None:
    world.aliases ^= {tuple(sorted(chance.sample(TABLES, 2)))}  # type: ignore[arg-type]


def change_schema(world: World, chance: Draw) -> None:
    place = chance.choice(CONTRACTS), chance.choice(TITLES)
    one = world.schemas.setdefault(place, Schema())
    match chance.randint(0, 8):
        case 0:
            del world.schemas[place]
        case 8:
            one.loose = not one.loose
        case 1 | 2:
            one.said = _place(chance)
        case 3:
            one.said = {}
        case 4:
            one.said = {**one.said, "uniqueId": chance.choice(IDS)}
        case 5:
            one.said = {**one.said, "objectType": chance.choice(["ephemeral", "table"])}
        case 6:
            who = ("curated", "server", "document")
            one.bound = frozenset((table, chance.choice(who)) for table in _some(chance, TABLES))
        case _:
            one.rejected = _some(chance, TABLES)


def free_schema(world: World, chance: Draw) -> None:
    """Let nothing name the dataset of a schema."""
    for place in chance.sample(sorted(world.schemas), min(2, len(world.schemas))):
        world.schemas[place].bound = frozenset()
        world.schemas[place].said = {**_place(chance), "uniqueId": chance.choice(IDS)}


def tell_folded(world: World, chance: Draw) -> None:
    """Let servers spell a table as its platform would fold it, and events name one or the other."""
    lower, upper = TABLES[4:6]
    for place in chance.sample(sorted(world.schemas), min(2, len(world.schemas))):
        world.schemas[place].bound = frozenset({(lower, chance.choice(("server", "server", "document")))})
    for table in (lower, upper):
        if chance.randint(0, 1):
            world.sights[table] = chance.randint(1, 1_000)
        else:
            forget(world, table)


def forget(world: World, table: str) -> None:
    """Let no event name a table."""
    world.sights.pop(table, None)
    world.fields.pop(table, None)
    world.flows = {name: outputs - {table} for name, outputs in world.flows.items()}
    world.reads = {name: one for name, one in world.reads.items() if one != table}
    world.aliases = frozenset(pair for pair in world.aliases if table not in pair)


def empty(world: World, chance: Draw) -> None:
    """Let a namespace have tables no longer."""
    of = chance.choice(["kafka", "snowflake", "postgres://other"])
    for table in TABLES:
        if table.startswith(of):
            forget(world, table)


def change_server(world: World, chance: Draw) -> None:
    place = chance.choice(CONTRACTS), chance.choice(SERVERS)
    match chance.randint(0, 4):
        case 0:
            world.servers.pop(place, None)
        case 1:
            world.environments[place] = chance.choice(sorted(world.words))
        case 2:
            world.words[chance.choice(sorted(world.words))] = chance.choice(["prod", "test", "live"])
        case _:
            host = {"host": chance.choice(["db", "other", "acme"])} if chance.random() < 0.4 else {}
            world.servers[place] = {**_place(chance), **host}


def change_port(world: World, chance: Draw) -> None:
    place = chance.choice(PRODUCTS), chance.choice(PORTS)
    one = world.ports.setdefault(place, Port())
    match chance.randint(0, 7):
        case 0:
            del world.ports[place]
        case 1:
            one.serves = _some(chance, TABLES)
        case 2 | 3:
            one.governed = chance.choice([None, *CONTRACTS])
        case 4:
            one.offers = chance.choice([None, *(schema_of(*place) for place in sorted(world.schemas))])
        case 5:
            one.rejected = _some(chance, TABLES)
        case 6:
            one.curated = chance.choice([None, *TABLES])
        case _:
            one.manages = not one.manages


def change_product(world: World, chance: Draw) -> None:
    name = chance.choice(PRODUCTS)
    schemas = [schema_of(*place) for place in sorted(world.schemas)]
    keys = (*map(dataset, TABLES), *map(job, JOBS), *schemas)
    match chance.randint(0, 4):
        case 0:
            world.products ^= {name}
        case 1 | 2:
            world.owned[name] = _some(chance, keys)
        case _:
            world.exposed[name] = _some(chance, keys)


Happening = Callable[[World, Draw], None]
HAPPENING: tuple[Happening, ...] = (
    *(see, see, run, run, tell_id, tell_id, change_fields, change_alias, change_alias, change_schema),
    *(change_schema, change_schema, free_schema, change_server, change_server, change_port, change_port),
    *(change_port, change_product, change_product, tell_folded, empty),
)
