"""Binds schemas and ports to datasets, by the rules of ``catalog.mesh.binding``, all or some things at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace

from catalog.aliases import Classes, is_dataset, shown_first
from catalog.graph import Edge
from catalog.mesh.binding import CONFIDENCE, Binding, BindingRule, Bound, Suggestion
from catalog.mesh.candidates import Candidate, Candidates, as_folded, foldable
from catalog.mesh.declared import Declared
from catalog.mesh.environments import servers_aside
from catalog.mesh.meanings import (
    PORTS,
    THINGS,
    Meaning,
    contract_schemas,
    governed_ports,
    meaning_of,
    offering_ports,
)
from catalog.mesh.producers import Producers
from catalog.mesh.projects import Projects, is_table_of, name_of, namespace_of, project_of
from catalog.mesh.thing_names import Place, last_part, last_parts
from ontology.vocabulary import Label, Origin, Rel

MAX_SUGGESTIONS = 20
ASIDE = "Its contract has a server in production, and only what lies on others is known."


class Binder:
    """Binds all the declared things of a reader: a fixed number of questions, and those of the names of datasets.

    ``bindings``: thing → binding. ``classes``: the names of the datasets, closed. ``meanings``: what is declared of
    each thing.
    """

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self.classes = Classes(declared.reader, declared.at)
        self.bindings: dict[str, Binding] = {}
        self.meanings: dict[str, Meaning] = {}
        self.candidates = Candidates()
        self.producers = Producers(declared.at)
        self._naming: dict[str, set[str]] = defaultdict(set)
        self._shown: dict[str, tuple[str, ...]] = {}
        self._folded: dict[str, str] = {}
        self._written: dict[str, tuple[Edge, ...]] = {}
        self._made: dict[str, list[Edge]] = {}
        self._projects = Projects()
        things = [node.key for node in declared.of(*THINGS)]
        self.bind(things, [node.key for node in declared.of(Label.DATA_PRODUCT)])

    def seen_by(self, declared: Declared) -> "Binder":
        """The same for another reader of the same graph, whose classes are closed further by themselves."""
        same = copy(self)
        same.declared = declared
        same.classes = self.classes.seen_by(declared.reader)
        return same

    def copied(self, declared: Declared) -> "Binder":
        """The same over a copy of what is declared, which goes on by itself."""
        same = self.seen_by(declared)
        same.meanings = dict(self.meanings)
        same.candidates, same.producers = self.candidates.copied(), self.producers.copied()
        same._naming = defaultdict(set, {key: set(things) for key, things in self._naming.items()})
        same._shown, same._folded = dict(self._shown), dict(self._folded)
        same._written, same._made = dict(self._written), dict(self._made)
        same._projects = self._projects.copied()
        return same

    def dataset(self, key: str) -> str:
        """The key of the name to show for a dataset."""
        return self.names(key)[0]

    def names(self, key: str) -> tuple[str, ...]:
        """All names of a dataset, the one to show first."""
        return self._shown.get(self.classes.name(key), (key,))

    def contract_schemas(self, port: str) -> list[str]:
        """The schemas of the contract versions that govern a port."""
        return contract_schemas(self.declared, port)

    @property
    def can_follow(self) -> bool:
        """Whether some things can be bound as they would be with all the others: nothing is cut for its number."""
        return self.candidates.is_sure and not self.producers.is_cut and not self.classes.has_too_many

    def looked_at(self, thing: str) -> set[str]:
        """The datasets (keys, there or not) that decide, with all that links join to them, what a thing is bound to by
        itself."""
        meaning = self.meanings[thing]
        edges = (*meaning.explicit, *meaning.served, *self._written.get(thing, ()))
        found = {*meaning.rejected, *(edge.target for edge in edges), *self.candidates.wanted(thing)}
        found.update(self._folded[edge.target] for edge in meaning.explicit if edge.target in self._folded)
        return found | {*foldable(meaning.explicit).values()}

    def forget_names(self, keys: Collection[str]) -> None:
        """Know no more of these datasets, under all of their names: links join no others to them. The reader of what is
        declared is asked from now on."""
        for name in {self.classes.name(key) for key in keys}:
            self._shown.pop(name, None)
        self.classes.forget(self.declared.reader, keys)

    def bind(self, things: Collection[str], products: Collection[str]) -> set[str]:
        """Bind things (keys), new or known; of those that are there no longer it knows no more. Which were bound in the
        end: also those that follow them. ``products``: those whose own datasets may be others."""
        self.bindings = dict(self.bindings)  # who has those of before keeps them
        spaces = self._spaces(things)
        old = {thing: self.meanings.pop(thing) for thing in things if thing in self.meanings}
        nodes = [node for key in things if (node := self.declared.nodes.get(key)) and node.label in THINGS]
        self.meanings.update({node.key: meaning_of(self.declared, node) for node in nodes})
        for thing in old.keys() - self.meanings.keys():
            self.bindings.pop(thing, None)
            self._projects.leave(thing)
        is_new = any(node.key not in self.bindings for node in nodes)
        some = {node.key for node in nodes} | self._fold(old, things)
        schemas = self._of_label((Label.SCHEMA,), some)
        self._look(things, schemas)
        self._close(some, products)
        schemas |= self._begin(schemas, spaces | self._spaces(schemas - set(things)))
        self._by_producers(schemas)
        self._by_ports(schemas)
        self._by_names(schemas)
        for schema in schemas:
            self._set_aside(schema)
        ports = self._of_label(PORTS, {*some, *self._following(schemas)})
        for port in ports:
            self.bindings[port] = self._of_port(port)
        if is_new:
            order = sorted(self.bindings, key=lambda key: (self.meanings[key].label != Label.SCHEMA, key))
            self.bindings = {key: self.bindings[key] for key in order}
        return {*old, *schemas, *ports}

    def _spaces(self, schemas: Iterable[str]) -> dict[str, frozenset[str]]:
        """Where the projects lie, as far as is known, that schemas are of by what was known and by what is declared."""
        projects = {self._projects.of(one) for one in schemas}
        projects |= {project_of(self.declared, one) for one in schemas}
        return {project: self._projects.spaces(project) for project in projects if project}

    def _of_label(self, labels: Collection[Label], things: Iterable[str]) -> set[str]:
        return {key for key in things if key in self.meanings and self.meanings[key].label in labels}

    def _following(self, schemas: Iterable[str]) -> Iterator[str]:
        """The ports that may be bound by way of schemas."""
        for schema in schemas:
            yield from governed_ports(self.declared, schema)
            yield from offering_ports(self.declared, schema)

    def _fold(self, old: Mapping[str, Meaning], things: Iterable[str]) -> set[str]:
        """Find out under which names events know the datasets that these things name. ``old``: what they meant before.
        All things that name one that is known otherwise than before."""
        for thing, meaning in old.items():
            for edge in meaning.explicit:
                self._naming[edge.target].discard(thing)
        keys = {edge.target for meaning in old.values() for edge in meaning.explicit}
        for thing in things:
            for edge in self.meanings[thing].explicit if thing in self.meanings else ():
                self._naming[edge.target].add(thing)
                keys.add(edge.target)
        named = {thing for key in keys for thing in self._naming[key]}
        edges = (edge for thing in named for edge in self.meanings[thing].explicit if edge.target in keys)
        before = {key: self._folded.pop(key) for key in keys if key in self._folded}
        now = as_folded(self.declared, edges)
        self._folded.update(now)
        return {thing for key in keys if before.get(key) != now.get(key) for thing in self._naming[key]}

    def _look(self, things: Iterable[str], schemas: Iterable[str]) -> None:
        """Look for what jobs of the things write, and for datasets at their places."""
        open_ = {schema: meaning for schema in schemas if (meaning := self.meanings[schema]).is_open}
        ids = {schema: one.unique_id for schema, one in open_.items() if one.unique_id}
        written = self.producers.written(self.declared.reader, set(ids.values()))
        for thing in things:
            self._written.pop(thing, None)
        self._written.update({schema: tuple(written.get(uid, ())) for schema, uid in ids.items()})
        places = {schema: one.places for schema, one in open_.items()}
        self.candidates.look_for(self.declared, {**dict.fromkeys(things, ()), **places})

    def _close(self, things: Collection[str], products: Iterable[str]) -> None:
        """Find the names of all datasets that things may mean, and of those that products have."""
        keys = {
            target for one in products for target in self.declared.targets(one, Rel.EXPOSES, Rel.CONTAINS)
        }
        for thing in things:
            meaning = self.meanings[thing]
            edges = (*meaning.explicit, *meaning.served, *self._written.get(thing, ()))
            keys.update(meaning.rejected, (edge.target for edge in edges))
            keys.update(self._folded[edge.target] for edge in meaning.explicit if edge.target in self._folded)
            keys |= self.candidates.wanted(thing) & self.candidates.known
        keys = {key for key in keys if is_dataset(key)}
        if keys:
            self.classes.close_datasets(keys)
            many = {self.classes.members(self.classes.name(key)) for key in keys}
            classes = [members for members in many if len(members) > 1 and members[0] not in self._shown]
            self._shown.update(shown_first(self.declared.reader, classes, self.declared.at))

    def _rejected(self, thing: str) -> set[str]:
        """The names of classes that a thing is not to be bound to."""
        return {self.classes.name(key) for key in self.meanings[thing].rejected}

    def _begin(self, schemas: Collection[str], before: Mapping[str, frozenset[str]]) -> set[str]:
        """Bind schemas by what names their datasets, and so find out where projects lie (``before``: where they did);
        the other schemas of those that lie elsewhere, bound as far."""
        for schema in schemas:
            self._begin_one(schema)
        moved = [project for project, spaces in before.items() if self._projects.spaces(project) != spaces]
        others = {schema for one in moved for schema in self._projects.schemas(one)} - set(schemas)
        for schema in others:
            self._begin_one(schema)
        return others

    def _begin_one(self, schema: str) -> None:
        meaning = self.meanings[schema]
        binding = self._of_explicit(schema)
        if meaning.is_virtual and not binding.bound:
            binding = Binding(schema, reason="It is ephemeral: it has no dataset.")
        self.bindings[schema] = binding
        self._made[schema] = self._by_itself(schema)
        told = (edge for one in binding.bound for edge in one.edges)
        self._projects.tell(schema, project_of(self.declared, schema), told, self._made[schema])

    def _of_explicit(self, thing: str) -> Binding:
        rejected = self._rejected(thing)
        by_dataset: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.meanings[thing].explicit:
            name = self.classes.name(self._folded.get(edge.target, edge.target))
            if name not in rejected or edge.origin == Origin.CURATED:
                by_dataset[name].append(edge)
        bound = [self._told(name, told) for name, told in by_dataset.items()]
        return Binding(thing, tuple(sorted(bound, key=lambda one: one.dataset)))

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

    def _by_producers(self, schemas: Iterable[str]) -> None:
        for schema in schemas:
            project, made = self._projects.of(schema), self._made[schema]
            home = self._projects.home(project)
            fits = [edge for edge in made if home is None or namespace_of(edge.target) == home]
            found = {self.classes.name(edge.target) for edge in fits}
            told_by = f"A job that makes {self.meanings[schema].unique_id!r} writes it."
            if len(found) == 1 and not self._projects.is_spread(project):
                one = self._bound(found.pop(), BindingRule.PRODUCER, told_by, tuple(fits))
                self.bindings[schema] = Binding(schema, (one,))
            elif found:
                self._suggest(schema, found, BindingRule.PRODUCER, told_by)

    def _by_itself(self, schema: str) -> list[Edge]:
        """What the jobs of a schema write that has its name, and that nobody has rejected."""
        rejected = self._rejected(schema)
        return [
            edge
            for edge in self._written.get(schema, ())
            if self.classes.name(edge.target) not in rejected
            and is_table_of(self.declared, schema, edge.target)
        ]

    def _by_ports(self, schemas: Iterable[str]) -> None:
        """A schema of the contract of a port that serves exactly one dataset of its name."""
        for schema in schemas:
            edges = self.meanings[schema].served
            if edges and self._is_open(schema):
                wanted = last_parts(self.declared, schema)
                fits = {self.classes.name(e.target) for e in edges if last_part(name_of(e.target)) in wanted}
                fits -= self._rejected(schema)
                if len(fits) == 1:
                    told = "The port that the contract governs serves it, and it has the name."
                    name = fits.pop()
                    edge = tuple(e for e in edges if self.classes.name(e.target) == name)
                    self.bindings[schema] = Binding(
                        schema, (self._bound(name, BindingRule.PORT, told, edge),)
                    )

    def _by_names(self, schemas: Iterable[str]) -> None:
        for schema in schemas:
            binding, meaning = self.bindings[schema], self.meanings[schema]
            if binding.bound or not meaning.is_open:
                continue
            project = self._projects.of(schema)
            fits = [(place, self._fitting(schema, place)) for place in meaning.places]
            bound = [one for place, ones in fits if (one := self._by_name(place, ones, project)) is not None]
            aside = servers_aside(self.declared, schema) if len(bound) > 1 else frozenset()
            places_ = {one.dataset: one for one in sorted(bound, key=lambda one: one.server not in aside)}
            others = {name for _, ones in fits for name in ones}
            unclear = any(ones and self._by_name(place, ones, project) is None for place, ones in fits)
            if places_ and not unclear:
                self.bindings[schema] = Binding(schema, tuple(places_[key] for key in sorted(places_)))
            elif others and not binding.suggestions:
                told = "It has the full name."
                self._suggest(schema, others, BindingRule.FULL_NAME, told)
            elif not others:
                self._explain(schema)

    def _fitting(self, thing: str, place: Place) -> dict[str, Candidate]:
        """The datasets at a place by the names of their classes, without those that a person rejected."""
        fits = {self.classes.name(one.key): one for one in self.candidates.of(place)}
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

    def _explain(self, thing: str) -> None:
        wanted = self.meanings[thing].places
        if self.bindings[thing].suggestions:
            return
        if self.candidates.too_many:
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

    def _of_port(self, port: str) -> Binding:
        """What a port serves: datasets, or what the schemas that it serves or that its contract has are bound to."""
        own = self._of_explicit(port)
        served = self.declared.targets(port, Rel.OFFERS)
        schemas = served or ([] if own.bound else self.contract_schemas(port))
        rejected = self._rejected(port)
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
            return Binding(port, bound)
        known = [self.bindings[schema] for schema in schemas if schema in self.bindings]
        reasons = sorted({ASIDE if one.bound and not one.counting else one.reason for one in known})
        reason = " ".join(filter(None, reasons)) or "Nothing says which dataset it serves."
        return Binding(port, (), tuple(suggested[key] for key in sorted(suggested)), reason)


def _servers(bound: Bound) -> frozenset[str]:
    """The servers that tell where a dataset lies; none where something else tells it too."""
    if not bound.edges:
        return frozenset((bound.server,)) if bound.server else frozenset()
    said = [dict(edge.properties).get("server") for edge in bound.edges]
    return frozenset(map(str, said)) if all(said) else frozenset()
