"""Meshes that change by chance: what there is as plain choices, the graph that follows, and what may happen to it."""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_

from catalog.fold.runs import RunState, dump_run
from catalog.governance.checks.ground import QueryFailed
from catalog.governance.policy import (
    SECOND_NS,
    Hop,
    LineageCheck,
    Policy,
    QueryCheck,
    Requirement,
    Rule,
    Scope,
    ScopeKind,
    Severity,
    ShapeCheck,
)
from catalog.governance.waiver import Waiver
from catalog.graph import Direction, Edge, Node
from catalog.instant import format_instant, sortable
from catalog.store.port import NodeFilter, Reader, Space
from tests.governance.test_evaluate_stored import said
from tests.governance.words import NOW, OWNER, PURPOSE, path
from tests.mesh.words import (
    DECLARING,
    Part,
    agreement,
    alias,
    contract,
    dataset,
    edge,
    identity,
    input_,
    job,
    node,
    output,
    parts_of,
    product,
    reads,
    schema_of,
    seen,
    writes,
)

PRODUCTS = ("a", "b", "c")
DATASETS = ("t0", "t1", "t2", "t3", "t4")
DOMAINS = ("north", "south", "west")
TEAMS = ("red", "blue")
JOBS = ("j0", "j1", "j2")
FIELDS = ("id", "mail")
CLASSES = {"open": 1, "secret": 3}
TAGS = ("raw", "gold")
HOUR = 3_600 * SECOND_NS
Draw = random.Random


@dataclass
class Product:
    purpose: bool = True
    domain: str | None = None
    owner: str | None = None
    exposes: frozenset[str] = frozenset()
    contains: frozenset[str] = frozenset()
    jobs: frozenset[str] = frozenset()
    port: str | None = None  # the dataset that it serves, "" serves what its contract is bound to
    governed: bool = False
    receives: str | None = None
    there: bool = True


@dataclass
class World:
    """``flows``: by job what it reads and writes. ``columns``: (table, field) → (table, field) told by the first
    job. ``rules``: by id policies that are there; ``now_ns``: the clock."""

    products: dict[str, Product] = field(default_factory=lambda: {name: Product() for name in PRODUCTS})
    above: dict[str, str] = field(default_factory=dict)
    flows: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    columns: frozenset[tuple[str, str]] = frozenset()
    classes: dict[str, str] = field(default_factory=dict)
    tags: frozenset[tuple[str, str]] = frozenset()
    aliases: frozenset[tuple[str, str]] = frozenset()
    schemas: dict[str, str] = field(default_factory=dict)  # product: its contract names this table
    objectives: frozenset[str] = frozenset()
    agreements: dict[str, tuple[str, str, int, int]] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Policy] = field(default_factory=dict)
    waivers: dict[str, Waiver] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)  # the last success of a job
    now_ns: int = NOW

    def graph(self) -> tuple[dict[str, Node], dict[str, Edge]]:
        """The graph of these choices."""
        return parts_of(*self._parts())

    def records(self) -> dict[tuple[Space, str, str], str]:
        """What folds keep of the runs."""
        found: dict[tuple[Space, str, str], str] = {}
        for name, ended in self.ended.items():
            began = sortable(ended - 1)
            state = RunState(_run(name, ended), began, sortable(ended), began, ("COMPLETE", sortable(ended)))
            found[Space.STATE, f"run/{state.run}", ""] = dump_run(state)
            found[Space.RUN_ORDER, job(name), f"{began}{state.run}"] = f"run/{state.run}"
        return found

    def _parts(self) -> list[Part]:
        parts: list[Part] = [said(*self.rules.values(), *self.waivers.values())]
        parts.append([node(OWNER, "Team"), *(node(f"team/{name}", "Team") for name in TEAMS)])
        parts.append([node(f"domain/{name}", "Domain") for name in DOMAINS])
        parts.append([edge("PART_OF", f"domain/{one}", f"domain/{up}") for one, up in self.above.items()])
        parts += [seen(name, *FIELDS) for name in DATASETS]
        parts += [_product(name, one) for name, one in self.products.items() if one.there]
        for name, title in self.schemas.items():
            parts.append(_contract(name, title, promises=name in self.objectives))
        for name, (inputs, outputs) in self.flows.items():
            parts += [reads(name, *sorted(inputs)), writes(name, *sorted(outputs))]
        for one, other in self.columns:
            parts.append([Edge("FEEDS", _field(one), _field(other), job("j0"), "OBSERVED", (), 1)])
        for thing, value in self.classes.items():
            key = f"classification/{value}"
            parts.append([node(key, "Classification", level=CLASSES[value])])
            parts.append([edge("CLASSIFIED_AS", _thing(thing), key)])
        for thing, tag in self.tags:
            parts.append([node(f"tag/{tag}", "Tag"), edge("TAGGED", _thing(thing), f"tag/{tag}")])
        for name, ended in self.ended.items():
            key = f"run/{_run(name, ended)}"
            parts.append([node(key, "Run", state="COMPLETE"), edge("OF_JOB", key, job(name), via=job(name))])
        parts += [alias(one, other) for one, other in self.aliases]
        for name, (covers, to, since, until) in self.agreements.items():
            times = {"validFrom": format_instant(since), "validUntil": format_instant(until)}
            parts.append(agreement(name, _thing(covers), f"product/{to}", **times))
        parts.append([node("person/eve", "Person")])
        for person, role in self.members.items():
            parts.append([edge("MEMBER_OF", f"person/{person}", OWNER, role=role)])
        return parts


def _run(of: str, ended: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{of} {ended}"))


def _field(name: str) -> str:
    table, _, column = name.partition(".")
    return identity(table).field(column).key


def _thing(name: str) -> str:
    return f"product/{name}" if name in PRODUCTS else _field(name) if "." in name else dataset(name)


def _product(name: str, one: Product) -> Part:
    said_ = {"purpose": "It is for."} if one.purpose else {}
    parts = product(
        name,
        domain=one.domain,
        owner=one.owner,
        exposes=sorted(one.exposes),
        contains=sorted(one.contains),
        jobs=sorted(one.jobs),
        lifecycle="active",
        **said_,
    )
    if one.port is not None:
        parts += output(name, "out", [one.port] if one.port else [], name if one.governed else None)
    if one.receives is not None:
        parts += input_(name, "in", f"{one.receives}/out")
    return parts


def _contract(name: str, title: str, *, promises: bool) -> Part:
    parts = contract(name, {"main": {"physicalName": f"shop.public.{title}", "platform": "postgres"}})
    parts.append(edge("BOUND_TO", schema_of(name, "main"), dataset(title), since=1))
    if promises:
        slo = f"slo/{name}/1.0.0/fresh"
        parts.append(node(slo, "ServiceLevelObjective", name="freshness", threshold="1", unit="d"))
        parts.append(edge("HAS_SLO", f"contract-version/{name}/1.0.0", slo))
    return parts


# What may happen


def _some(chance: Draw, names: Sequence[str]) -> frozenset[str]:
    return frozenset(chance.sample(names, chance.randint(0, 2)))


def _maybe(chance: Draw, names: Sequence[str]) -> str | None:
    return chance.choice([None, *names])


def change_product(world: World, chance: Draw) -> None:
    one = world.products[chance.choice(PRODUCTS)]
    match chance.randint(-1, 9):
        case 0 | -1:
            one.purpose = not one.purpose
        case 1:
            one.domain = _maybe(chance, DOMAINS)
        case 2:
            one.owner = _maybe(chance, TEAMS)
        case 3:
            one.exposes = _some(chance, DATASETS)
        case 4:
            one.contains = _some(chance, DATASETS)
        case 5:
            one.jobs = _some(chance, JOBS)
        case 6:
            one.port = _maybe(chance, ["", *DATASETS])
        case 7:
            one.governed = not one.governed
        case 8:
            one.receives = _maybe(chance, PRODUCTS)
        case _:
            one.there = not one.there


def change_domains(world: World, chance: Draw) -> None:
    one, up = chance.sample(DOMAINS, 2)
    if world.above.pop(one, None) is None:
        world.above[one] = up


def change_flow(world: World, chance: Draw) -> None:
    names = [chance.sample(DATASETS, chance.randint(0, 2)) for _ in range(2)]
    world.flows[chance.choice(JOBS)] = (frozenset(names[0]), frozenset(names[1]))


def end_run(world: World, chance: Draw) -> None:
    world.ended[chance.choice(JOBS)] = world.now_ns - chance.choice([0, HOUR, 23 * HOUR, 30 * HOUR])


def change_columns(world: World, chance: Draw) -> None:
    every = [f"{table}.{column}" for table in DATASETS for column in FIELDS]
    one, other = chance.sample(every, 2)
    world.columns ^= {(one, other)}


def change_class(world: World, chance: Draw) -> None:
    thing = chance.choice([*DATASETS, *(f"{table}.{column}" for table in DATASETS for column in FIELDS)])
    if world.classes.pop(thing, None) is None:
        world.classes[thing] = chance.choice(sorted(CLASSES))


def change_tag(world: World, chance: Draw) -> None:
    world.tags ^= {(chance.choice([*PRODUCTS, *DATASETS]), chance.choice(TAGS))}


def change_alias(world: World, chance: Draw) -> None:
    one, other = sorted(chance.sample(DATASETS, 2))
    world.aliases ^= {(one, other)}


def change_contract(world: World, chance: Draw) -> None:
    name = chance.choice(PRODUCTS)
    match chance.randint(0, 2):
        case 0:
            world.schemas.pop(name, None)
        case 1:
            world.schemas[name] = chance.choice(DATASETS)
        case _:
            world.objectives ^= {name}


def change_agreement(world: World, chance: Draw) -> None:
    name = chance.choice(["x", "y"])
    if world.agreements.pop(name, None) is None:
        begin = world.now_ns + chance.randint(-3, 3) * HOUR
        covers, to = chance.choice([*DATASETS, *PRODUCTS]), chance.choice(PRODUCTS)
        world.agreements[name] = (covers, to, begin, begin + chance.randint(0, 4) * HOUR)


def change_policy(world: World, chance: Draw) -> None:
    policy = chance.choice(POLICIES)
    if world.rules.pop(policy.id, None) is None:
        begins = _begin(world, chance)
        severity = chance.choice(list(Severity))
        grace = 3_600 if begins is not None else 0
        world.rules[policy.id] = with_(policy, severity=severity, effective_from_ns=begins, grace_s=grace)


def _begin(world: World, chance: Draw) -> int | None:
    return world.now_ns + chance.randint(-1, 1) * HOUR if chance.randint(0, 1) else None


def change_waiver(world: World, chance: Draw) -> None:
    name = chance.choice(["w0", "w1", "w2"])
    if world.waivers.pop(name, None) is None:
        target = chance.choice([f"product/{chance.choice(PRODUCTS)}", dataset(chance.choice(DATASETS))])
        approver = chance.choice([OWNER, "person/eve"])
        expires = world.now_ns + chance.choice([1, 3, 24 * 14 + 2]) * HOUR
        products = ["purposes", "owned-a", "deep", "crossing", "cycle", "asked"]
        rule = chance.choice(
            products if target.startswith("product/") else ["orphan", "served", "stale-sets"]
        )
        world.waivers[name] = Waiver(name, rule, target, "It goes.", approver, expires)


def change_member(world: World, chance: Draw) -> None:
    if world.members.pop("eve", None) is None:
        world.members["eve"] = chance.choice(["owner", "member"])


def pass_time(world: World, chance: Draw) -> None:
    world.now_ns += chance.choice([1, HOUR, 2 * HOUR + 1, 3 * HOUR])


Happening = Callable[[World, Draw], None]
HAPPENING: tuple[Happening, ...] = (
    *(change_product, change_product, change_product, change_domains, change_flow, change_columns),
    *(change_class, change_tag, change_alias, change_contract, change_agreement, change_policy),
    *(change_policy, change_waiver, change_waiver, change_member, end_run, pass_time, pass_time),
)


# Policies of all kinds of checks, in all scopes


def _rule(id_: str, rule: Rule, of: str, scope: Scope = Scope(), **told: object) -> Policy:  # noqa: B008
    return _policy(id_, LineageCheck(rule, of, tuple(sorted(told.items()))), scope)  # type: ignore[arg-type]


def _policy(id_: str, check: object, scope: Scope = Scope()) -> Policy:  # noqa: B008
    return Policy(id_, id_, OWNER, check, scope, Severity.BLOCK)  # type: ignore[arg-type]


def _shape(of: str, *require: Requirement) -> ShapeCheck:
    return ShapeCheck(of, require)


NORTH, OF_A, GOLD = (
    Scope(ScopeKind.DOMAIN, "north"),
    Scope(ScopeKind.PRODUCT, "a"),
    Scope(ScopeKind.TAG, "gold"),
)
_OWNED = Requirement(path=path("OWNED_BY"), minimum=1, maximum=1)
_SERVED = Requirement(
    path=path("^SERVES", "^HAS_OUTPUT_PORT"), minimum=1, such=(Requirement(property="purpose", minimum=1),)
)
_DEEP = Requirement(
    path=path("HAS_OUTPUT_PORT"), then=(Requirement(path=path("GOVERNED_BY", "HAS_SCHEMA"), minimum=1),)
)
_HOME = Requirement(path=path("IN_DOMAIN"), minimum=1, then=(Requirement(path=path("PART_OF"), maximum=0),))
_ONLY = Requirement(path=path("^IN_DOMAIN"), maximum=1)

POLICIES = (
    _policy("purposes", PURPOSE),
    _policy("purposes-north", PURPOSE, NORTH),
    _policy("owned-a", _shape("DataProduct", _OWNED), OF_A),
    _policy("deep", _shape("DataProduct", _DEEP, _HOME)),
    _policy("served", _shape("Dataset", _SERVED)),
    _policy("served-north", _shape("Dataset", _SERVED), NORTH),
    _policy("fields-of-a", _shape("Field", Requirement(path=path("CLASSIFIED_AS"), minimum=1)), OF_A),
    _policy("gold-owned", _shape("DataProduct", _OWNED), GOLD),
    _policy("few-products", _shape("Domain", _ONLY)),
    _policy("ports-governed", _shape("OutputPort", Requirement(path=path("GOVERNED_BY"), minimum=1)), NORTH),
    _policy("asked", QueryCheck("DataProduct", "SELECT ?this WHERE { bare }")),
    _policy("too-long", QueryCheck("Dataset", "SELECT ?this WHERE { slow }"), NORTH),
    _rule("crossing", Rule.CROSSING, "DataProduct"),
    _rule("crossing-jobs", Rule.CROSSING, "Job"),
    _rule("cycle", Rule.CYCLE, "DataProduct"),
    _rule("orphan", Rule.ORPHAN, "Dataset"),
    _rule("orphan-north", Rule.ORPHAN, "Dataset", NORTH),
    _rule("classified", Rule.PROPAGATE, "Field"),
    _rule("classified-sets", Rule.PROPAGATE, "Dataset", OF_A),
    _rule("raw", Rule.REACH, "DataProduct", tags=("raw",)),
    _rule("raw-sets", Rule.REACH, "Dataset", GOLD, tags=("raw",), unlessAgreed=False),
    _rule("secret", Rule.REACH, "DataProduct", classifications=("secret",)),
    _rule("compared-sets", Rule.COMPARE, "Dataset"),
    _rule("compared", Rule.COMPARE, "DataProduct"),
    _rule("agreed", Rule.UNAGREED, "DataProduct"),
    _rule("deprecated", Rule.DEPRECATED, "DataProduct"),
    _rule("stale", Rule.STALE, "OutputPort"),
    _rule("stale-sets", Rule.STALE, "Dataset", NORTH, maxAge="PT2H"),
)


@dataclass(frozen=True)
class Bare:
    """Answers one query: which products have no owner; another takes too long."""

    reader: Reader
    base: str = "urn:"
    at: int | None = None

    def select(self, text: str, budget_s: int) -> Sequence[Mapping[str, str]]:
        if "slow" in text:
            raise QueryFailed("The query took longer than its budget.")
        products = [one.key for one in self.reader.page(NodeFilter(("DataProduct",)), None, 1_000)]
        owned = {one.source for one in self.reader.edges(products, ("OWNED_BY",), Direction.OUT)}
        return [{"this": f"urn:{key}", "message": "It has no owner."} for key in products if key not in owned]


__all__ = ["DECLARING", "HAPPENING", "POLICIES", "Bare", "Hop", "World"]
