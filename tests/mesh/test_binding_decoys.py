"""Generated catalogs with decoys: whatever is bound is what is meant, and what is not in doubt is bound."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.identity import DatasetId
from catalog.mesh.binding import BindingRule, BindingStatus
from catalog.mesh.mesh import read_mesh
from tests.mesh.words import Part, contract, dataset, edge, mesh, schema_of, writes

HOSTS = ("db1:5432", "db2:5432")
DATABASES = ("shop", "archive")
SCHEMAS = ("public", "internal")
TABLES = ("orders", "Orders", "orders_v2")


@dataclass(frozen=True)
class Table:
    """Where a table really lies."""

    host: str
    database: str
    schema: str
    name: str

    @property
    def dataset(self) -> DatasetId:
        return DatasetId(f"postgres://{self.host}", self.full_name)

    @property
    def full_name(self) -> str:
        return f"{self.database}.{self.schema}.{self.name}"


@dataclass(frozen=True)
class Said:
    """What a contract says of a table: its host or not; rejected and confirmed datasets."""

    table: Table
    host: bool
    rejected: frozenset[Table]
    confirmed: bool


_tables = st.builds(
    Table,
    st.sampled_from(HOSTS),
    st.sampled_from(DATABASES),
    st.sampled_from(SCHEMAS),
    st.sampled_from(TABLES),
)


@st.composite
def catalogs(draw: st.DrawFn) -> tuple[frozenset[Table], list[Said]]:
    """Tables that jobs write, and contracts about some of them."""
    observed = draw(st.frozensets(_tables, min_size=1, max_size=8))
    said = []
    for table in draw(st.lists(st.sampled_from(sorted(observed, key=str)), min_size=1, max_size=3)):
        others = sorted(observed - {table}, key=lambda one: (one.full_name != table.full_name, str(one)))[:2]
        rejected = draw(st.frozensets(st.sampled_from(others), max_size=2)) if others else frozenset()
        confirmed = draw(st.integers(0, 5)) == 0
        said.append(Said(table, draw(st.booleans()), rejected, confirmed))
    return observed, said


def written(observed: frozenset[Table], said: list[Said]) -> list[Part]:
    parts = [writes("load", *(f"{one.dataset.namespace}:{one.full_name}" for one in observed))]
    for number, one in enumerate(said):
        name = f"c{number}"
        server = {"platform": "postgres"} | ({"host": one.table.host.partition(":")[0]} if one.host else {})
        table = {
            "physicalName": one.table.name,
            "database": one.table.database,
            "databaseSchema": one.table.schema,
        }
        key = schema_of(name, "t")
        parts.append(contract(name, {"t": table}, server))
        parts.append(
            [edge("NOT_BOUND_TO", key, other.dataset.key, origin="CURATED") for other in one.rejected]
        )
        if one.confirmed:
            parts.append([edge("BOUND_TO", key, one.table.dataset.key, origin="CURATED")])
    return parts


@settings(max_examples=100, deadline=None)
@given(catalogs())
def test_binding__is_never_to_a_decoy(found: tuple[frozenset[Table], list[Said]]) -> None:
    """Precision is 1.0, and so is recall of what is not in doubt: the rest is suggested."""
    observed, said = found
    with mesh(*written(observed, said)).read() as reader:
        bindings = read_mesh(reader).bindings
    for number, one in enumerate(said):
        binding = bindings[schema_of(f"c{number}", "t")]
        alike = {other for other in observed if other.full_name == one.table.full_name} - one.rejected
        if one.host:
            alike = {other for other in alike if other.host == one.table.host}
        if one.confirmed:
            assert (binding.dataset, binding.rule) == (one.table.dataset.key, BindingRule.CURATED)
        elif alike == {one.table}:
            assert (binding.dataset, binding.rule) == (one.table.dataset.key, BindingRule.FULL_NAME)
        else:
            assert (binding.status, binding.dataset) == (BindingStatus.AMBIGUOUS, None)
            assert {s.dataset for s in binding.suggestions} == {other.dataset.key for other in alike}


LOWER, UPPER = "snowflake://acme:shop.public.orders", "snowflake://acme:SHOP.PUBLIC.ORDERS"


@pytest.mark.parametrize(
    ("rule", "written", "meant"),
    [
        ("server", (UPPER,), UPPER),
        ("server", (LOWER, UPPER), LOWER),
        ("server", (), LOWER),
        ("explicit", (UPPER,), LOWER),
    ],
)
def test_server__means_the_name_as_its_platform_folds_it(
    rule: str, written: tuple[str, ...], meant: str
) -> None:
    """Where events name no dataset as the contract spells it; what is said outright is meant as it stands."""
    told = [edge("BOUND_TO", schema_of("orders", "orders"), dataset(LOWER), rule=rule, server="main")]
    store = mesh(contract("orders", {"orders": {}}), told, writes("load", *written))
    with store.read() as reader:
        binding = read_mesh(reader).bindings[schema_of("orders", "orders")]
    assert [one.dataset for one in binding.bound] == [dataset(meant)]
