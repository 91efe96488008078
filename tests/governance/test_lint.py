"""``lint`` tells of policies in files what is wrong, where; and looks at all files together."""

from pathlib import Path

import pytest

from catalog.instant import DAY_NS, parse_instant
from ingest.descriptors.policies_writing import policies_yaml
from ingest.documents.files import read_documents
from ingest.policies.lint import Level, Linted, lint, policies_of
from ingest.policies.turtle import policies_turtle

NOW = parse_instant("2026-11-22").ns
HIGH = """meshline: 1
policies:
  - id: tagged
    title: Products have two tags
    owner: governance
    severity: block
    check:
      shape:
        of: DataProduct
        require:
          - {property: tags, min: 2}
"""
LOW = """meshline: 1
policies:
  - id: tagged-in-sales
    title: Products of sales have three tags
    owner: sales
    scope: {domain: sales}
    severity: block
    tightens: tagged
    check:
      shape:
        of: DataProduct
        require:
          - {property: tags, min: 3}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def linted(folder: Path, **files: str) -> Linted:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return lint(read_documents(sorted(name.replace("_", ".") for name in files)), now_ns=NOW)


def told(found: Linted) -> list[tuple[str, int | None, Level, str | None, str]]:
    return [
        (one.source, one.line, one.level, one.policy, one.message) for one in (*found.findings, *found.unread)
    ]


def test_lint__finds_nothing_wrong_with_what_is_right(folder: Path) -> None:
    found = linted(folder, a_yaml=HIGH, b_yaml=LOW)

    assert told(found) == []
    assert (found.documents, found.policies, found.waivers) == (2, 2, 0)


def test_lint__proves_what_tightens_across_files(folder: Path) -> None:
    found = linted(folder, a_yaml=HIGH, b_yaml=LOW.replace("min: 3", "min: 1"))

    assert told(found) == [
        ("b.yaml", 3, Level.ERROR, "tagged-in-sales", "It does not ask for at least 2 tags."),
    ]


def test_lint__says_when_what_is_tightened_is_in_no_file(folder: Path) -> None:
    [one] = told(linted(folder, b_yaml=LOW))

    assert one[:4] == ("b.yaml", 3, Level.WARNING, "tagged-in-sales")
    assert "no file here says" in one[4]


def test_lint__tells_faults_of_form_with_their_lines(folder: Path) -> None:
    found = linted(folder, a_yaml=HIGH.replace("property: tags", "property: tagz"), b_yaml=LOW)

    assert [(one.source, one.line, one.path) for one in found.findings] == [
        ("a.yaml", 11, "policies[0].check.shape.require[0].property"),
        ("b.yaml", 3, None),
    ]
    assert "Did you mean tags?" in found.findings[0].message
    assert found.findings[1].message == "It tightens tagged, which cannot be read."


def test_lint__refuses_a_policy_that_two_files_say(folder: Path) -> None:
    [one] = told(linted(folder, a_yaml=HIGH, b_yaml=HIGH))

    assert one[:4] == ("b.yaml", 3, Level.ERROR, "tagged")
    assert "a.yaml too" in one[4]


def test_lint__refuses_what_nothing_can_follow(folder: Path) -> None:
    other = HIGH.replace("id: tagged", "id: untagged").replace("min: 2", "max: 1")

    [one] = told(linted(folder, a_yaml=HIGH, b_yaml=other))

    assert one[2:4] == (Level.ERROR, "tagged")
    assert (
        one[4] == "Nothing can follow it and untagged. One asks for at least 2 tags, the other for at most 1."
    )


def test_lint__asks_of_files_that_say_domains_whether_a_scope_is_one(folder: Path) -> None:
    mesh = "meshline: 1\ndomains: [{id: sale, name: Sale}]\n"

    [one] = told(linted(folder, a_yaml=HIGH, b_yaml=LOW, c_yaml=mesh))

    assert one[2:] == (
        Level.WARNING,
        "tagged-in-sales",
        "No file here says what the domain 'sales' is. Did you mean sale?",
    )


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("SELECT ?this WHERE { ?this a", "cannot be asked"),
        ("SELECT ?this WHERE { ?this a mesh:Dataset }", "cannot be asked"),
        ("SELECT ?this WHERE { SERVICE <http://a.example> { ?this ?p ?o } }", "cannot be asked"),
        ("DELETE WHERE { ?this ?p ?o }", "cannot be asked"),
    ],
)
def test_lint__refuses_a_query_that_cannot_be_asked(folder: Path, select: str, message: str) -> None:
    query = f"      query: {{of: Dataset, select: '{select}'}}\n"
    text = HIGH.partition("      shape:")[0] + query

    [one] = told(linted(folder, a_yaml=text))

    assert one[2:4] == (Level.ERROR, "tagged")
    assert message in one[4]


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("?this mesh:descriptio ?x", "mesh:descriptio. Did you mean description?"),
        ("?this a mesh:Datset", "mesh:Datset. Did you mean Dataset or DatasetName?"),
        ("?this <https://w3id.org/meshline/ns#nothing> ?x", "mesh:nothing."),
        ('?this mesh:description ?x ; a mesh:Dataset . ?e mesh:via ?v FILTER(?x != "mesh:y")', None),
    ],
)
def test_lint__warns_of_names_in_a_query_that_the_ontology_has_not(
    folder: Path, select: str, message: str | None
) -> None:
    query = f"PREFIX mesh: <https://w3id.org/meshline/ns#> SELECT ?this {{ {select} }}"
    text = HIGH.partition("      shape:")[0] + f"      query: {{of: Dataset, select: '{query}'}}\n"

    found = [(one[2], one[4]) for one in told(linted(folder, a_yaml=text))]

    expected = f"Its query asks for what the ontology has not: {message}"
    assert found == ([] if message is None else [(Level.WARNING, expected)])


@pytest.mark.parametrize(
    ("days", "message"),
    [(-1, "It ended on"), (3, "It ends in 3 days"), (14, "It ends in 14 days"), (15, None)],
)
def test_lint__tells_of_waivers_that_are_over_or_soon_will_be(
    folder: Path, days: int, message: str | None
) -> None:
    stored, _ = policies_of(
        read_documents(
            _written(
                folder,
                "meshline: 1\nwaivers:\n  - {id: w, policy: p, target: {product: a}, reason: r, approver: t, "
                "expiresAt: 2026-12-01}\n",
            )
        ),
        now_ns=NOW,
    )
    [waiver] = stored.waivers

    found = told(lint(read_documents(["w.yaml"]), now_ns=waiver.expires_ns - days * DAY_NS))

    assert [one[4].startswith(message or "-") for one in found] == ([True] if message else [])


def _written(folder: Path, text: str) -> list[str]:
    (folder / "w.yaml").write_text(text, encoding="utf-8")
    return ["w.yaml"]


def test_lint__tells_what_cannot_be_read(folder: Path) -> None:
    found = linted(folder, a_yaml="meshline: [", b_ttl="<a> <b>", c_yaml=HIGH)

    assert [(one.source, one.line) for one in found.unread] == [("a.yaml", 2), ("b.ttl", 1)]
    assert (found.documents, found.policies) == (1, 1)


def test_lint__reads_turtle_as_it_reads_yaml(folder: Path) -> None:
    (folder / "a.yaml").write_text(HIGH + LOW.partition("policies:\n")[2], encoding="utf-8")
    stored, wrong = policies_of(read_documents(["a.yaml"]), now_ns=NOW)
    (folder / "a.ttl").write_text(policies_turtle(stored), encoding="utf-8")

    assert wrong == ()
    assert policies_of(read_documents(["a.ttl"]), now_ns=NOW) == (stored, ())
    assert told(lint(read_documents(["a.ttl"]), now_ns=NOW)) == []
    assert "tagged-in-sales" in policies_yaml(stored)
