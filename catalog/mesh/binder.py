"""Binds schemas and ports to datasets, by the rules of ``catalog.mesh.binding``, all things at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import replace

from catalog.aliases import Classes, is_dataset, shown_first
from catalog.graph import Edge, Node
from catalog.mesh.binding import CONFIDENCE, Binding, BindingRule, Bound, Suggestion
from catalog.mesh.candidates import Candidate, Candidates, as_folded
from catalog.mesh.declared import Declared
from catalog.mesh.environments import servers_aside
from catalog.mesh.producers import written_by_id
from catalog.mesh.projects import Projects, grouped, is_table_of, name_of, namespace_of, project_of
from catalog.mesh.thing_names import Place, last_part, last_parts, places
from ontology.vocabulary import Label, Origin, Rel

MAX_SUGGESTIONS = 20
ASIDE = "Its contract has a server in production, and only what lies on others is known."

PORTS = (Label.OUTPUT_PORT, Label.MANAGEMENT_PORT)


class Binder:
    """Binds all the declared things of a reader: a fixed number of questions, and those of the names of datasets.

    ``bindings``: thing → binding. ``classes``: the names of the datasets, closed.
    """

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self.classes = Classes(declared.reader, declared.at)
        self.bindings: dict[str, Binding] = {}
        self._shown: dict[str, tuple[str, ...]] = {}
        self._folded: Mapping[str, str] = {}
        self._projects = Projects({}, {})
        self._schemas = declared.of(Label.SCHEMA)
        self._ports = declared.of(*PORTS)
        self._bind()

    def seen_by(self, declared: Declared) -> "Binder":
        """The same for another reader of the same graph, whose classes are closed further by themselves."""
        same = copy(self)
        same.declared = declared
        same.classes = self.classes.seen_by(declared.reader)
        return same

    def dataset(self, key: str) -> str:
        """The key of the name to show for a dataset."""
        return self.names(key)[0]

    def names(self, key: str) -> tuple[str, ...]:
        """All names of a dataset, the one to show first."""
        return self._shown.get(self.classes.name(key), (key,))

    def _bind(self) -> None:
        explicit = {node.key: self._explicit(node) for node in (*self._schemas, *self._ports)}
        self._folded = as_folded(self.declared, (edge for edges in explicit.values() for edge in edges))
        open_ = [schema for schema in self._schemas if not explicit[schema.key] and not _is_virtual(schema)]
        ids = {schema.key: uid for schema in open_ if (uid := self.declared.text(schema.key, "uniqueId"))}
        written = written_by_id(self.declared.reader, set(ids.values()), self.declared.at)
        wanted = {schema.key: places(self.declared, schema) for schema in open_}
        candidates = Candidates(self.declared, {place for found in wanted.values() for place in found})
        self._close(explicit, written, candidates)
        for schema in self._schemas:
            self.bindings[schema.key] = self._of_explicit(schema, explicit[schema.key])
        for schema in self._schemas:
            if _is_virtual(schema) and not self.bindings[schema.key].bound:
                self.bindings[schema.key] = Binding(schema.key, reason="It is ephemeral: it has no dataset.")
        self._by_producers(ids, written)
        self._by_ports(explicit)
        self._by_names(open_, wanted, candidates)
        for schema in self._schemas:
            self._set_aside(schema.key)
        for port in self._ports:
            self.bindings[port.key] = self._of_port(port, explicit[port.key])

    def _explicit(self, thing: Node) -> list[Edge]:
        """The edges by which people or documents name datasets; those that people curated, where there are any."""
        rels = (Rel.BOUND_TO,) if thing.label == Label.SCHEMA else (Rel.SERVES, Rel.BOUND_TO)
        found = [edge for edge in self.declared.out(thing.key, *rels) if is_dataset(edge.target)]
        bound = [edge for edge in found if edge.type == Rel.BOUND_TO]
        return [edge for edge in bound if edge.origin == Origin.CURATED] or found

    def _close(
        self, explicit: Mapping[str, list[Edge]], written: Mapping[str, list[Edge]], found: Candidates
    ) -> None:
        keys = {edge.target for edges in (*explicit.values(), *written.values()) for edge in edges}
        for product in self.declared.of(Label.DATA_PRODUCT):
            keys.update(self.declared.targets(product.key, Rel.EXPOSES, Rel.CONTAINS))
        keys.update(
            edge.target
            for thing in (*self._schemas, *self._ports)
            for edge in self.declared.out(thing.key, Rel.NOT_BOUND_TO)
        )
        keys = {key for key in keys if is_dataset(key)} | found.known | {*self._folded.values()}
        if keys:
            self.classes.close_datasets(keys)
            many = {self.classes.members(self.classes.name(key)) for key in keys}
            self._shown = shown_first(
                self.declared.reader, [members for members in many if len(members) > 1], self.declared.at
            )

    def _rejected(self, thing: str) -> set[str]:
        """The names of classes that a thing is not to be bound to."""
        return {self.classes.name(edge.target) for edge in self.declared.out(thing, Rel.NOT_BOUND_TO)}

    def _of_explicit(self, thing: Node, edges: Iterable[Edge]) -> Binding:
        rejected = self._rejected(thing.key)
        by_dataset: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            name = self.classes.name(self._folded.get(edge.target, edge.target))
            if name not in rejected or edge.origin == Origin.CURATED:
                by_dataset[name].append(edge)
        bound = [self._told(name, told) for name, told in by_dataset.items()]
        return Binding(thing.key, tuple(sorted(bound, key=lambda one: one.dataset)))

    def _told(self, name: str, edges: list[Edge]) -> Bound:
        curated = any(edge.origin == Origin.CURATED for edge in edges)
        rule = BindingRule.CURATED if curated else BindingRule.DECLARED
        said = dict(edges[0].properties)
        server = said.get("server")
        evidence = "A person confirmed it." if curated else "A document names the dataset."
        if not curated and server:
            evidence = f"The server {server!r} of the contract says where it lies."
            if all(edge.target in self._folded for edge in edges):
                evidence += " Its platform folds the name so."
        return self._bound(name, rule, evidence, tuple(edges), str(server) if server else None)

    def _bound(
        self,
        name: str,
        rule: BindingRule,
        evidence: str,
        edges: tuple[Edge, ...] = (),
        server: str | None = None,
    ) -> Bound:
        names = self._shown.get(name, (name,))
        return Bound(names[0], names, rule, CONFIDENCE[rule], evidence, edges, server)

    def _by_producers(self, ids: Mapping[str, str], written: Mapping[str, list[Edge]]) -> None:
        made = {thing: self._made(thing, written.get(unique_id, ())) for thing, unique_id in ids.items()}
        told = ((thing, one.edges) for thing, binding in self.bindings.items() for one in binding.bound)
        self._projects = Projects(grouped(self.declared, told), grouped(self.declared, made.items()))
        for thing, edges in made.items():
            project = project_of(self.declared, thing)
            home = self._projects.home(project)
            fits = [edge for edge in edges if home is None or namespace_of(edge.target) == home]
            found = {self.classes.name(edge.target) for edge in fits}
            told_by = f"A job that makes {ids[thing]!r} writes it."
            if len(found) == 1 and not self._projects.is_spread(project):
                one = self._bound(found.pop(), BindingRule.PRODUCER, told_by, tuple(fits))
                self.bindings[thing] = Binding(thing, (one,))
            elif found:
                self._suggest(thing, found, BindingRule.PRODUCER, told_by)

    def _made(self, thing: str, written: Iterable[Edge]) -> list[Edge]:
        """What the jobs of a thing write that has its name, and that nobody has rejected."""
        rejected = self._rejected(thing)
        return [
            edge
            for edge in written
            if self.classes.name(edge.target) not in rejected
            and is_table_of(self.declared, thing, edge.target)
        ]

    def _by_ports(self, explicit: Mapping[str, list[Edge]]) -> None:
        """A schema of the contract of a port that serves exactly one dataset of its name."""
        served: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
        for port in self._ports:
            for schema in self.contract_schemas(port.key):
                served[schema] += [(port.key, edge) for edge in explicit[port.key]]
        for schema, edges in served.items():
            if self._is_open(schema):
                wanted = last_parts(self.declared, schema)
                fits = {
                    self.classes.name(e.target) for _, e in edges if last_part(name_of(e.target)) in wanted
                }
                fits -= self._rejected(schema)
                if len(fits) == 1:
                    told = "The port that the contract governs serves it, and it has the name."
                    name = fits.pop()
                    edge = tuple(e for _, e in edges if self.classes.name(e.target) == name)
                    self.bindings[schema] = Binding(
                        schema, (self._bound(name, BindingRule.PORT, told, edge),)
                    )

    def _by_names(
        self, schemas: Collection[Node], wanted: Mapping[str, tuple[Place, ...]], found: Candidates
    ) -> None:
        for schema in schemas:
            binding = self.bindings[schema.key]
            if binding.bound:
                continue
            project = project_of(self.declared, schema.key)
            fits = [(place, self._fitting(schema.key, place, found)) for place in wanted[schema.key]]
            bound = [one for place, ones in fits if (one := self._by_name(place, ones, project)) is not None]
            aside = servers_aside(self.declared, schema.key) if len(bound) > 1 else frozenset()
            places_ = {one.dataset: one for one in sorted(bound, key=lambda one: one.server not in aside)}
            others = {name for _, ones in fits for name in ones}
            unclear = any(ones and self._by_name(place, ones, project) is None for place, ones in fits)
            if places_ and not unclear:
                self.bindings[schema.key] = Binding(
                    schema.key, tuple(places_[key] for key in sorted(places_))
                )
            elif others and not binding.suggestions:
                told = "It has the full name."
                self._suggest(schema.key, others, BindingRule.FULL_NAME, told)
            elif not others:
                self._explain(schema.key, wanted[schema.key], found)

    def _fitting(self, thing: str, place: Place, found: Candidates) -> dict[str, Candidate]:
        """The datasets at a place by the names of their classes, without those that a person rejected."""
        fits = {self.classes.name(one.key): one for one in found.of(place)}
        rejected = self._rejected(thing)
        return {name: one for name, one in fits.items() if name not in rejected}

    def _by_name(self, place: Place, fits: Mapping[str, Candidate], project: str) -> Bound | None:
        """The one that is meant: where the namespace of a project is known, only what lies there."""
        home = self._projects.home(project)
        if self._projects.is_spread(project):
            return None
        if home is not None:
            at_home = [name for name, one in fits.items() if one.namespace == home]
            told = "It lies in the namespace of the other models of its project."
            return self._bound(at_home[0], BindingRule.PROJECT, told) if len(at_home) == 1 else None
        told = "Only one namespace of the platform has a dataset of this name."
        name = next(iter(fits), None)
        if name is None or len(fits) > 1:
            return None
        return self._bound(name, BindingRule.FULL_NAME, told, (), place.server)

    def _suggest(self, thing: str, names: Collection[str], rule: BindingRule, reason: str) -> None:
        shown = sorted(self._shown.get(name, (name,))[0] for name in names)
        sure = round(CONFIDENCE[rule] / len(shown), 2)
        said = tuple(Suggestion(dataset, rule, sure, reason) for dataset in shown[:MAX_SUGGESTIONS])
        self.bindings[thing] = Binding(thing, (), said, f"{len(shown)} datasets fit: {reason}")

    def _explain(self, thing: str, wanted: tuple[Place, ...], found: Candidates) -> None:
        if self.bindings[thing].suggestions:
            return
        if found.too_many:
            reason = "There are too many names to look for."
        elif not wanted:
            reason = "It is not said on which platform it lies, or its full name is not."
        else:
            names = sorted({name for place in wanted for name in place.names})
            reason = f"No dataset is observed with the full name {' or '.join(names[:3])}."
        self.bindings[thing] = Binding(thing, reason=reason)

    def _set_aside(self, schema: str) -> None:
        """Marks what a schema is bound to only by servers that do not count."""
        binding = self.bindings[schema]
        told = [_servers(one) for one in binding.bound]
        if not any(told):
            return
        aside = servers_aside(self.declared, schema)
        if any(servers and servers <= aside for servers in told):
            bound = [
                replace(one, aside=bool(servers) and servers <= aside)
                for one, servers in zip(binding.bound, told, strict=True)
            ]
            self.bindings[schema] = replace(binding, bound=tuple(bound))

    def _is_open(self, thing: str) -> bool:
        found = self.bindings.get(thing)
        return found is None or not (found.bound or found.suggestions or found.reason)

    def contract_schemas(self, port: str) -> list[str]:
        """The schemas of the contract versions that govern a port."""
        versions = [
            v for v in self.declared.targets(port, Rel.GOVERNED_BY) if v.startswith("contract-version/")
        ]
        return sorted({schema for v in versions for schema in self.declared.targets(v, Rel.HAS_SCHEMA)})

    def _of_port(self, port: Node, edges: list[Edge]) -> Binding:
        """What a port serves: datasets, or what the schemas that it serves or that its contract has are bound to."""
        own = self._of_explicit(port, edges)
        served = self.declared.targets(port.key, Rel.OFFERS)
        schemas = served or ([] if own.bound else self.contract_schemas(port.key))
        rejected = self._rejected(port.key)
        found = {one.dataset: one for one in own.bound}
        suggested: dict[str, Suggestion] = {}
        for schema in schemas:
            binding = self.bindings.get(schema, Binding(schema))
            for one in binding.counting:
                if self.classes.name(one.dataset) not in rejected:
                    through = Bound(
                        *(one.dataset, one.names, one.rule, one.confidence, one.evidence, one.edges),
                        *(one.server, schema),
                    )
                    found.setdefault(one.dataset, through)
            suggested.update({one.dataset: one for one in binding.suggestions})
        bound = tuple(found[key] for key in sorted(found))
        if bound:
            return Binding(port.key, bound)
        known = [self.bindings[schema] for schema in schemas if schema in self.bindings]
        reasons = sorted({ASIDE if one.bound and not one.counting else one.reason for one in known})
        reason = " ".join(filter(None, reasons)) or "Nothing says which dataset it serves."
        return Binding(port.key, (), tuple(suggested[key] for key in sorted(suggested)), reason)


def _is_virtual(schema: Node) -> bool:
    """Whether a thing is only a part of the queries that name it."""
    return str(schema.properties.get("objectType", "")).lower() == "ephemeral"


def _servers(bound: Bound) -> frozenset[str]:
    """The servers that tell where a dataset lies; none where something else tells it too."""
    if not bound.edges:
        return frozenset((bound.server,)) if bound.server else frozenset()
    said = [dict(edge.properties).get("server") for edge in bound.edges]
    return frozenset(map(str, said)) if all(said) else frozenset()
