"""The software catalog of Backstage: entities to teams, people, domains, systems and components."""

import pytest

from ontology.shapes import Severity
from tests.descriptors.saying import drafted, edges, properties, told, unmapped

SHOP = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: web-shop
  title: The web shop
  description: Where people buy.
  tags: [java]
  annotations: {example.org/where: here}
  links: [{url: https://shop.example}]
spec:
  type: service
  lifecycle: production
  owner: shop
  system: selling
  providesApis: [orders]
  consumesApis: ["api:other/prices"]
  dependsOn: ["resource:orders-db", "Component:billing"]
  dependencyOf: [component:reports]
  subcomponentOf: suite
  colour: blue
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: selling}
spec: {owner: "user:ada", domain: sales}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: sales}
spec: {owner: group:default/shop, subdomainOf: trade}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec: {type: openapi, lifecycle: production, owner: shop, definition: "openapi: 3.1.0"}
"""

PEOPLE = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, namespace: retail}
spec:
  type: team
  profile: {displayName: Shop team, email: shop@example.org}
  parent: default/all
  children: [tills]
  members: [ada]
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: grace}
spec:
  profile: {displayName: Grace, email: grace@example.org}
  memberOf: [retail/shop, tills]
"""


def test_software__is_put_together_by_references() -> None:
    found = drafted(SHOP)

    assert not told(found)
    assert edges(found) == {
        ("OWNED_BY", "component/web-shop", "team/shop"),
        ("PART_OF", "component/web-shop", "system/selling"),
        ("PROVIDES", "component/web-shop", "component/api%3Aorders"),
        ("DEPENDS_ON", "component/web-shop", "component/other/api%3Aprices"),
        ("DEPENDS_ON", "component/web-shop", "component/resource%3Aorders-db"),
        ("DEPENDS_ON", "component/web-shop", "component/billing"),
        ("DEPENDS_ON", "component/web-shop", "component/suite"),
        ("DEPENDS_ON", "component/reports", "component/web-shop"),
        ("OWNED_BY", "system/selling", "person/ada"),
        ("IN_DOMAIN", "system/selling", "domain/sales"),
        ("OWNED_BY", "domain/sales", "team/shop"),
        ("PART_OF", "domain/sales", "domain/trade"),
        ("OWNED_BY", "component/api%3Aorders", "team/shop"),
    }
    assert properties(found, "component/web-shop") == {
        "componentType": "service",
        "description": "Where people buy.",
        "homepage": "https://shop.example",
        "name": "The web shop",
        "stage": "production",
        "tags": ["java"],
    }


def test_what_has_no_place__is_told() -> None:
    assert unmapped(drafted(SHOP)) == {
        "part 1: metadata.annotations",
        "part 1: spec.colour",
        "part 4: spec.definition",
    }


def test_people__belong_to_groups_of_their_namespace() -> None:
    found = drafted(PEOPLE)

    assert not told(found)
    assert edges(found) == {
        ("PART_OF", "team/retail/shop", "team/all"),
        ("PART_OF", "team/retail/tills", "team/retail/shop"),
        ("MEMBER_OF", "person/retail/ada", "team/retail/shop"),
        ("MEMBER_OF", "person/grace", "team/retail/shop"),
        ("MEMBER_OF", "person/grace", "team/tills"),
    }
    assert properties(found, "team/retail/shop") == {"email": "shop@example.org", "name": "Shop team"}


def test_malformed_entity__is_told_all_that_is_wrong_with_its_lines() -> None:
    found = drafted("""apiVersion: backstage.io/v7
kind: Komponent
metadata:
  name: not a name
  namespace: Upper
  tags: [fine, "Not fine"]
spec: []
""")
    assert found.kept_out
    assert told(found) == [
        (
            1,
            "apiVersion",
            'The apiVersion is backstage.io/v1alpha1 or backstage.io/v1beta1; this is "backstage.io/v7".',
        ),
        (
            2,
            "kind",
            "The kind is one of API, Component, Domain, Group, Location, Resource, System, Template, User;"
            ' this is "Komponent".',
        ),
        (
            4,
            "metadata.name",
            '"not a name" is no name: it has at most 63 letters and digits, with single - _ . between them.',
        ),
        (
            5,
            "metadata.namespace",
            '"Upper" is no name: it has at most 63 small letters, digits and single -.',
        ),
        (7, "spec", "This is to be an object, and is a list."),
    ]
    assert told(found, Severity.WARNING) == [
        (
            6,
            "metadata.tags[1]",
            'Backstage takes no tag "Not fine": small letters, digits, : + # and single - are allowed.',
        )
    ]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("Component", ["type", "lifecycle", "owner"]),
        ("API", ["type", "lifecycle", "owner", "definition"]),
        ("Resource", ["type", "owner"]),
        ("System", ["owner"]),
        ("Domain", ["owner"]),
        ("Group", ["type", "children"]),
        ("User", ["memberOf"]),
    ],
)
def test_entity__needs_what_the_model_of_its_kind_needs(kind: str, missing: list[str]) -> None:
    found = drafted(
        {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": "x"}, "spec": {}}
    )
    assert [path for _, path, _ in told(found)] == sorted(f"spec.{name}" for name in missing)


@pytest.mark.parametrize("reference", ["", "a:b:c", "kind:", "a/b/c"])
def test_reference__that_is_none_is_a_fault_where_it_stands(reference: str) -> None:
    spec = {"type": "service", "lifecycle": "x", "owner": "a", "providesApis": ["fine", reference]}
    found = drafted(
        {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "x"}, "spec": spec}
    )
    assert [path for _, path, _ in told(found)] == ["spec.providesApis[1]"]


def test_depends_on__needs_a_kind() -> None:
    spec = {"type": "service", "lifecycle": "x", "owner": "a", "dependsOn": ["billing"]}
    found = drafted(
        {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "x"}, "spec": spec}
    )
    [(_, path, message)] = told(found)
    assert (path, message) == (
        "spec.dependsOn[0]",
        '"billing" is no reference to an entity: it is written kind:namespace/name.',
    )


def test_locations_and_templates__are_told_and_nothing_else() -> None:
    found = drafted("""apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {targets: [./a.yaml]}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: new}
spec: {type: service, steps: []}
""")
    assert found.statement.nodes == ()
    assert not found.faults
    assert {one.why for one in found.unmapped} == {
        "entities of the kind location have no place in the graph",
        "entities of the kind template have no place in the graph",
    }
