"""What verdicts come to for products, domains and policies."""

from catalog.governance.checks.ground import Ground
from catalog.governance.compliance import By, Row, rows
from catalog.governance.evaluation import Rules, evaluate_rules
from catalog.governance.policy import Policy, QueryCheck, Rule, Scope, ScopeKind
from catalog.governance.verdict import Compliance, Status
from catalog.store.port import Store
from tests.governance.words import NOW, policy, rule
from tests.mesh.words import mesh, output, product, writes

STORE = mesh(
    product("orders", domain="sales", exposes=["orders"], purpose="Orders."),
    product("revenue", domain="finance", exposes=["revenue"]),
    product("apart"),
    output("orders", "table", ["orders"]),
    writes("load", "orders", "revenue"),
)
PURPOSES = policy(id_="purposes")
ORPHANS = rule(Rule.ORPHAN, "Dataset")
ASKED = policy(QueryCheck("OutputPort", "SELECT"), "asked")
ASTRAY = policy(id_="astray", scope=Scope(ScopeKind.TAG, "typo"))


def counted(by: By, *policies: Policy, store: Store = STORE) -> dict[str, Row]:
    with store.read() as reader:
        ground = Ground(reader, None, NOW)
        return {row.of: row for row in rows(ground, evaluate_rules(ground, Rules(policies)), by)}


def states(by: By, *policies: Policy) -> dict[str, Compliance]:
    return {of.rpartition("/")[2]: row.state for of, row in counted(by, *policies).items()}


def test_row__counts_the_verdicts_of_the_parts_of_a_product() -> None:
    found = counted(By.PRODUCT, PURPOSES, ORPHANS)
    assert found["product/orders"].told.counts == {Status.PASS: 2}
    assert found["product/revenue"].told.counts == {Status.PASS: 1, Status.FAIL: 1}
    assert (found["product/orders"].told.blocking, found["product/revenue"].told.blocking) == (0, 1)


def test_state__is_that_of_the_worst() -> None:
    found = states(By.PRODUCT, PURPOSES, ORPHANS)
    assert found == {
        "orders": Compliance.COMPLIANT,
        "revenue": Compliance.NOT_COMPLIANT,
        "apart": Compliance.NOT_COMPLIANT,
    }
    assert states(By.DOMAIN, PURPOSES, ORPHANS) == {
        "sales": Compliance.COMPLIANT,
        "finance": Compliance.NOT_COMPLIANT,
    }


def test_state__of_what_nothing_judges_is_not_known() -> None:
    assert states(By.PRODUCT, ORPHANS)["apart"] is Compliance.UNKNOWN
    assert set(states(By.PRODUCT).values()) == {Compliance.UNKNOWN}


def test_state__is_not_known_where_something_was_not_evaluated() -> None:
    assert states(By.PRODUCT, PURPOSES, ASKED)["orders"] is Compliance.UNKNOWN
    assert states(By.PRODUCT, PURPOSES, ASTRAY)["orders"] is Compliance.UNKNOWN


def test_policy__that_was_not_evaluated_has_a_row() -> None:
    assert states(By.POLICY, PURPOSES, ASKED, ASTRAY) == {
        "purposes": Compliance.NOT_COMPLIANT,
        "asked": Compliance.UNKNOWN,
        "astray": Compliance.UNKNOWN,
    }
