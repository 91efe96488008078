"""What Meshline's own descriptors may say, as JSON Schema: for editors, for the reader, and for the page about them.

Everything has an ``id``, by which all files name it; ``name`` is for people.
"""

from typing import Any

from ingest.descriptors.meshline_policies_schema import definitions, policy, waiver
from ingest.descriptors.schema_parts import Schema as _Schema
from ingest.descriptors.schema_parts import list_of as _list
from ingest.descriptors.schema_parts import object_of as _object
from ingest.descriptors.schema_parts import ref as _ref
from ingest.descriptors.schema_parts import text as _text
from ingest.descriptors.schema_parts import words as _words
from ontology.vocabulary import Label

VERSION = 1


def _thing(**properties: _Schema) -> dict[str, Any]:
    """Something with an id."""
    about = {
        "id": _text("By which all files name it."),
        "name": _text("What people call it. Left out: the id."),
        "description": _text(),
    }
    return _object(("id",), **about, **properties)


_TAGS = _list(_text(), "Words to find it by.")
_NUMBER_OR_TEXT: _Schema = {"type": ["string", "number"]}
_DATASETS = _list(_ref("dataset"))
_NAMESPACES = _list(_text(), "Namespaces of datasets, as pipelines report them.")


def _port(**properties: _Schema) -> dict[str, Any]:
    about = {"name": _text("Of no other port of that kind in its product."), "description": _text()}
    return _object(("name",), **about, tags=_TAGS, **properties)


def _definitions() -> dict[str, Any]:
    """The parts that are used in several places."""
    return {
        "owner": {
            "description": "A team by its id, or one person.",
            "anyOf": [_text(), _object(("person",), person=_text("The id of a person."))],
        },
        "roles": _list(_ref("role"), "Who does what for it, besides its owner."),
        "role": {
            **_object(
                ("role",), role=_text(), person=_text(), team=_text(), since=_ref("day"), until=_ref("day")
            ),
            "oneOf": [{"required": ["person"]}, {"required": ["team"]}],
        },
        "day": {
            **_text("A date, or a time of ISO 8601. A date that ends something includes the day."),
            "pattern": r"^\d{4}-\d\d-\d\d",
        },
        "dataset": _object(
            ("namespace", "name"),
            namespace=_text("As pipelines report it."),
            name=_text("As pipelines report it."),
        ),
        "contract": _object(("id",), id=_text("The id of a contract."), version=_text()),
        "port": _object(("product", "port"), product=_text("The id of a product."), port=_text("Its name.")),
        "party": {
            **_object((), team=_text(), person=_text(), product=_text()),
            "oneOf": [{"required": ["team"]}, {"required": ["person"]}, {"required": ["product"]}],
        },
        "classes": _list(_text(), "Ids of classifications."),
        "field": _field(),
        "rule": _object(
            ("name",),
            name=_text(),
            description=_text(),
            type=_text(),
            metric=_text(),
            dimension=_text(),
            operator=_words(Label.QUALITY_RULE, "operator"),
            threshold=_NUMBER_OR_TEXT,
            unit=_text(),
            severity=_text(),
            query=_text(),
            schedule=_text(),
        ),
    }


def _field() -> dict[str, Any]:
    return _object(
        ("name",),
        name=_text("Of fields within: behind the name of that field and a dot."),
        title=_text(),
        description=_text(),
        type=_text("As the contract says it."),
        physicalType=_text("As the platform says it."),
        physicalName=_text(),
        format=_text(),
        required={"type": "boolean"},
        unique={"type": "boolean"},
        primaryKey={"type": "boolean"},
        criticalDataElement={"type": "boolean"},
        tags=_TAGS,
        classifications=_ref("classes"),
        terms=_list(_text(), "Ids of terms that it means."),
        fields=_list(_ref("field"), "The fields within it."),
        rules=_list(_ref("rule")),
    )


def _sections() -> dict[str, _Schema]:
    """What a descriptor lists."""
    return {
        "domains": _list(
            _thing(
                parent=_text("The id of the domain that it is part of."),
                owner=_ref("owner"),
                roles=_ref("roles"),
                notation=_text(),
            )
        ),
        "teams": _list(
            _thing(
                domain=_text(),
                parent=_text("The id of the team that it is part of."),
                email=_text(),
                homepage=_text(),
                members=_list(
                    _object(
                        ("person",),
                        person=_text(),
                        role=_text(),
                        since=_ref("day"),
                        until=_ref("day"),
                    )
                ),
            )
        ),
        "people": _list(_thing(email=_text(), homepage=_text())),
        "products": _list(_product()),
        "contracts": _list(_contract()),
        "agreements": _list(_agreement()),
        "classifications": _list(
            _thing(
                personalData={"type": "boolean", "description": "Whether it is a category of personal data."},
                level={"type": "integer", "description": "The higher, the more sensitive."},
                broader=_text("The id of the classification above."),
                notation=_text(),
                synonyms=_list(_text()),
            )
        ),
        "terms": _list(
            _thing(
                broader=_text("The id of the term above."),
                owner=_ref("owner"),
                notation=_text(),
                synonyms=_list(_text()),
                homepage=_text(),
            )
        ),
        "environments": _list(_thing(notation=_text(), namespaces=_NAMESPACES)),
        "platforms": _list(_thing(technology=_text(), homepage=_text(), namespaces=_NAMESPACES)),
        "policies": _list(policy(), "Rules that are checked by machine."),
        "waivers": _list(waiver(), "Permissions, with a reason and an end, not to follow a policy."),
    }


def _product() -> dict[str, Any]:
    served = {
        "datasets": _DATASETS,
        "contract": _ref("contract"),
        "visibility": _words(Label.OUTPUT_PORT, "visibility"),
        "protocol": _text(),
        "endpoint": _text(),
        "format": _text(),
        "version": _text(),
        "environment": _text(),
        "owner": _ref("owner"),
    }
    return _thing(
        domain=_text(),
        owner=_ref("owner", "Who answers for it: one team or person."),
        roles=_ref("roles"),
        lifecycle=_words(Label.DATA_PRODUCT, "lifecycle"),
        purpose=_text(),
        limitations=_text(),
        usage=_text(),
        version=_text(),
        homepage=_text(),
        support=_list(_text()),
        tags=_TAGS,
        terms=_list(_text(), "Ids of terms that it is about."),
        classifications=_ref("classes"),
        inputs=_list(
            _port(
                **{"from": _ref("port", "The output port of another product that it reads.")},
                contract=_ref("contract", "The contract that it relies on."),
            )
        ),
        outputs=_list(_port(**served)),
        management=_list(_port(content=_text(), protocol=_text(), endpoint=_text(), datasets=_DATASETS)),
        datasets=_list(_ref("dataset"), "What is inside, and for nobody else."),
        jobs=_list(_ref("dataset"), "The jobs that make it, by namespace and name."),
    )


def _contract() -> dict[str, Any]:
    status = _words(Label.CONTRACT_VERSION, "status")
    version = _object(
        ("version",),
        version=_text("Semantic: 2.1.0."),
        previous=_text("The version before it."),
        name=_text(),
        description=_text(),
        status=status,
        purpose=_text(),
        limitations=_text(),
        usage=_text(),
        price=_text(),
        endOfSupport=_ref("day"),
        endOfLife=_ref("day"),
        tags=_TAGS,
        support=_list(_text()),
        schema=_list(
            _object(
                ("name", "fields"),
                name=_text("Of a table, topic or file in this contract."),
                title=_text(),
                description=_text(),
                physicalName=_text(),
                type=_text("table, view, topic, file …"),
                dataset=_ref("dataset", "The dataset that it is; left out, it is looked for by name."),
                tags=_TAGS,
                classifications=_ref("classes"),
                terms=_list(_text()),
                fields=_list(_ref("field")),
                rules=_list(_ref("rule")),
            )
        ),
        objectives=_list(
            _object(
                ("metric", "threshold"),
                name=_text(),
                description=_text(),
                metric=_text("freshness, completeness …"),
                operator=_words(Label.SERVICE_LEVEL_OBJECTIVE, "operator"),
                threshold=_NUMBER_OR_TEXT,
                unit=_text(),
                element=_text("The object or field that it is about."),
                schedule=_text(),
                driver=_text(),
            ),
            "What is promised of its service.",
        ),
        rules=_list(_ref("rule")),
    )
    return _thing(
        domain=_text(),
        owner=_ref("owner"),
        roles=_ref("roles"),
        status=status,
        tags=_TAGS,
        support=_list(_text()),
        homepage=_text(),
        versions=_list(version),
    )


def _agreement() -> dict[str, Any]:
    covered = {
        **_object((), product=_text(), port=_text(), dataset=_ref("dataset")),
        "oneOf": [{"required": ["product"]}, {"required": ["dataset"]}],
    }
    found = _thing(
        status=_words(Label.ACCESS_AGREEMENT, "status"),
        purpose=_text(),
        **{"from": _ref("party", "Who grants."), "to": _ref("party", "To whom it is granted.")},
        covers=_list(covered, "Products, their output ports, or datasets."),
        validFrom=_ref("day"),
        validUntil=_ref("day"),
    )
    return {**found, "required": ["id", "status", "to", "covers"]}


def schema() -> dict[str, Any]:
    """The whole schema."""
    about = {
        "meshline": {
            "const": VERSION,
            "description": "That it is a descriptor of Meshline, and of which form.",
        },
        "title": _text("Of the document."),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://w3id.org/meshline/descriptor.schema.json",
        "title": "Descriptor of Meshline",
        "description": "What teams declare of their domains, products, contracts, agreements and policies.",
        **_object(("meshline",), **about, **_sections()),
        "$defs": {**_definitions(), **definitions()},
    }
