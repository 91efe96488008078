"""Where data comes to something: to the datasets of a product or port, to a dataset, to what a job reads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from catalog.aliases import dataset_of, is_dataset, is_job
from catalog.governance.checks.crossing import products_of_jobs
from catalog.governance.checks.ground import Ground
from catalog.governance.things import PAGE, nodes_at
from catalog.graph import Direction, Edge
from catalog.identity import kind_of
from catalog.mesh.findings.context import takers
from catalog.store.port import batched


@dataclass(frozen=True, slots=True)
class Sphere:
    """``names``: the datasets (names of classes) at which data comes to a thing; ``own``: those whose data is its own,
    and does not come; ``reading``: of a job by what it reads each. ``field``: the only one that is meant (its name)."""

    names: frozenset[str]
    own: frozenset[str]
    reading: Mapping[str, Edge] = field(default_factory=dict)
    field: str | None = None

    @property
    def beyond(self) -> int:
        """How many steps it is from the datasets to the thing: reading one is a step."""
        return 1 if self.reading else 0


def spheres(ground: Ground, targets: Collection[str]) -> dict[str, Sphere]:
    """By key of products, ports, datasets, fields and jobs: some questions for each page of them."""
    found: dict[str, Sphere] = {}
    for keys in batched(targets, PAGE):
        jobs = [key for key in keys if is_job(key)]
        fields = [key for key in keys if kind_of(key) == "field"]
        found |= _of_jobs(ground, jobs)
        found |= _of_fields(ground, fields)
        rest = [key for key in keys if key not in found]
        ground.view.classes.close_datasets(filter(is_dataset, rest))
        for key in rest:
            names = frozenset(datasets_of(ground, key))
            found[key] = Sphere(names, names)
    return found


def datasets_of(ground: Ground, key: str) -> set[str]:
    """The datasets of a dataset, port, schema or product, by the names of their classes."""
    match kind_of(key):
        case "product":
            datasets = ground.mesh.members.datasets(key)
        case "output-port" | "schema":
            binding = ground.mesh.bindings.get(key)
            datasets = [] if binding is None else [one.dataset for one in binding.counting]
        case _:
            datasets = [key]
    return {ground.view.classes.name(one) for one in datasets}


def home_of(ground: Ground, field_: str) -> str:
    """The key of the dataset of a field; of one whose key does not tell it by one question."""
    told = dataset_of(field_)
    return told or str(nodes_at(ground.reader, [field_], ground.at)[field_].properties.get("dataset"))


def _of_jobs(ground: Ground, jobs: list[str]) -> dict[str, Sphere]:
    reading: dict[str, dict[str, Edge]] = {job: {} for job in jobs}
    for edge in ground.view.reads(jobs, Direction.IN) if jobs else ():
        reading[edge.target].setdefault(ground.view.classes.name(edge.source), edge)
    return {job: Sphere(frozenset(its), frozenset(), its) for job, its in reading.items()}


def _of_fields(ground: Ground, fields: list[str]) -> dict[str, Sphere]:
    classes = ground.view.classes
    homes = {key: home_of(ground, key) for key in fields}
    classes.close_fields(fields)
    classes.close_datasets(set(homes.values()))
    names = {key: frozenset((classes.name(home),)) for key, home in homes.items()}
    return {key: Sphere(name, name, field=classes.name(key)) for key, name in names.items()}


class Agreed:
    """What access agreements in force allow."""

    def __init__(self, ground: Ground, targets: Collection[str]) -> None:
        self._ground = ground
        jobs = [key for key in targets if is_job(key)]
        self._homes = {
            job: products
            for page in batched(jobs, PAGE)
            for job, products in products_of_jobs(ground, page).items()
        }

    def allows(self, start: str, key: str) -> bool:
        """Whether the product that has a thing may take the data of a dataset."""
        mesh, context = self._ground.mesh, self._ground.context
        homes = self._products(key)
        offers = mesh.members.owning(start)
        data = {*mesh.binder.classes.members(start), *(one.product for one in offers)}
        data |= {one.port for one in offers if one.port is not None}
        granted = {
            taker
            for one in context.agreements
            if one.is_in_force and not data.isdisjoint(one.covers)
            for taker in takers(context.declared, one)
        }
        return bool(homes) and granted.issuperset(homes)

    def _products(self, key: str) -> Collection[str]:
        members = self._ground.mesh.members
        match kind_of(key):
            case "product":
                return (key,)
            case "output-port":
                port = self._ground.context.product_of_port(key)
                return () if port is None else (port,)
            case "job":
                return self._homes[key]
            case "field":
                return members.products(home_of(self._ground, key))
        return members.products(key)
