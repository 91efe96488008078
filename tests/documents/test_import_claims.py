"""Taking over and leaving out, as the command line and HTTP tell it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.asking import Cli
from tests.api.conftest import cli, http, service, settings, tokens
from tests.api.running import Service

__all__ = ["cli", "http", "service", "settings", "tokens"]

PATH = "/api/v1/descriptors"
YAML = {"Content-Type": "application/yaml"}
OURS = "meshline: 1\nproducts:\n  - {id: orders, owner: order-team, outputs: [{name: table}]}\n"
THEIRS = "meshline: 1\nproducts:\n  - {id: orders, owner: billing}\n"
READER = "meshline: 1\nproducts: [{id: bills, inputs: [{name: in, from: {product: orders, port: table}}]}]\n"


def post(http: httpx.Client, text: str, source: str, **parameters: str) -> Any:
    answer = http.post(PATH, content=text, headers=YAML, params={"source": source, **parameters})
    return answer.status_code, answer.json()


def test_taking_over__is_409_with_the_reason_unless_it_is_said(http: httpx.Client) -> None:
    post(http, OURS, "ours.yaml")

    tried, refused = (post(http, THEIRS, "theirs.yaml", **said) for said in ({"dryRun": "true"}, {}))
    assert tried == refused
    status, said = refused
    assert (status, said["error"]["code"], said["report"]["outcome"]) == (409, "takes-over", "rejected")
    [broken] = said["report"]["violations"]
    assert (broken["focus"], broken["line"]) == ("product/orders", 3)
    assert "is owned by team/order-team, says ours.yaml since" in broken["message"]
    assert post(http, THEIRS, "theirs.yaml", takeOver="true")[0] == 201


def test_taking_over__tells_that_two_claim_it_until_the_other_ends(http: httpx.Client) -> None:
    post(http, OURS, "ours.yaml")

    said = post(http, THEIRS, "theirs.yaml", takeOver="true")[1]
    told = [one["message"] for one in said["violations"] if one["component"] == "takes-over"]
    assert len(told) == 1
    assert "is owned by team/order-team, says ours.yaml since" in told[0]
    assert "Both stand until that document says it no more" in told[0]
    assert post(http, OURS.replace("order-team", "billing"), "ours.yaml")[0] == 201
    said = post(http, THEIRS + "# again\n", "theirs.yaml", takeOver="true")[1]
    assert [one for one in said["violations"] if one["component"] == "takes-over"] == []


@pytest.mark.parametrize("form", ["yaml", "ttl"])
def test_warning__is_not_told_of_what_another_document_says(http: httpx.Client, form: str) -> None:
    def warned(name: str, *, owned: bool = True) -> list[str]:
        if form == "yaml":
            owner = ", owner: order-team" if owned else ""
            text = f"meshline: 1\nproducts: [{{id: orders, description: {name}{owner}}}]\n"
            return [one["message"] for one in post(http, text, f"{name}.yaml")[1]["violations"]]
        text = (
            "@prefix mesh: <https://w3id.org/meshline/ns#> .\n"
            "<https://w3id.org/meshline/id/product/orders> a mesh:DataProduct ;"
            f' mesh:name "Orders" ; mesh:description "{name}"'
            f"{' ; mesh:ownedBy <https://w3id.org/meshline/id/team/order-team>' if owned else ''} .\n"
        )
        answer = http.post(
            PATH, content=text, headers={"Content-Type": "text/turtle"}, params={"source": f"{name}.ttl"}
        )
        return [one["message"] for one in answer.json()["violations"]]

    first = warned("first", owned=False)
    assert any("Nobody owns" in one for one in first)
    assert any("in no domain" in one for one in first)
    post(http, OURS, "ours.yaml")
    assert [one for one in warned("second") if "Nobody owns" in one] == []
    assert any("in no domain" in one for one in warned("third"))
    post(http, OURS.replace("owner", "domain: sales, owner"), "ours.yaml")
    assert warned("fourth") == []


def test_explain__of_what_ended_tells_since_when_and_by_which_document(cli: Cli) -> None:
    path = Path("ours.yaml")
    path.write_text(OURS, encoding="utf-8")
    assert cli("import", "ours.yaml", "--at", "2026-01-05T00:00:00Z")[0] == 0
    path.write_text("", encoding="utf-8")
    assert cli("import", "ours.yaml", "--at", "2026-01-06T00:00:00Z")[0] == 0

    out = cli("explain", "product/orders")[1]
    assert "It is gone since 2026-01-06T00:00:00Z: then" in out
    assert "ours.yaml" in out


HIJACK = """meshline: 1
products:
  - id: orders
    lifecycle: retired
    outputs:
      - {name: table, visibility: unrestricted, owner: billing}
      - {name: extra}
"""


def test_product__is_not_described_by_who_does_not_name_its_owner(http: httpx.Client) -> None:
    post(http, OURS, "ours.yaml")

    status, said = post(http, HIJACK, "theirs.yaml")
    assert (status, said["error"]["code"]) == (409, "takes-over")
    [broken] = said["report"]["violations"]
    assert (broken["focus"], broken["line"]) == ("product/orders", 3)
    assert "owned by team/order-team, says ours.yaml since" in broken["message"]
    same = HIJACK.replace("id: orders", "id: orders\n    owner: order-team").replace("retired", "active")
    assert post(http, same, "theirs.yaml")[0] == 201


def test_port__named_by_others_is_still_not_left_out(http: httpx.Client) -> None:
    naming = "meshline: 1\nproducts: [{id: orders, outputs: [{name: table}]}]\n"
    assert [post(http, *one)[0] for one in ((naming, "naming.yaml"), (OURS, "ours.yaml"))] == [201, 201]
    post(http, READER, "bills.yaml")

    status, said = post(http, "meshline: 1\n", "ours.yaml")
    assert (status, said["error"]["code"]) == (409, "orphans")


def test_leaving_out__is_409_unless_it_is_said(http: httpx.Client) -> None:
    post(http, OURS, "ours.yaml")
    post(http, READER, "bills.yaml")

    status, said = post(http, "meshline: 1\n", "ours.yaml")
    assert (status, said["error"]["code"]) == (409, "orphans")
    assert [one["focus"] for one in said["report"]["violations"]] == ["output-port/orders/table"]
    assert post(http, "meshline: 1\n", "ours.yaml", retire="true")[0] == 201


@pytest.mark.parametrize("to", ["store", "service"])
def test_command__tells_it_goes_on_and_ends_with_1(
    cli: Cli, service: Service, tmp_path: Path, to: str
) -> None:
    for name, text in (("a", OURS), ("b", THEIRS), ("c", READER)):
        (tmp_path / "m" / f"{name}.yaml").parent.mkdir(exist_ok=True)
        (tmp_path / "m" / f"{name}.yaml").write_text(text, encoding="utf-8")
    there = ["--url", service.url] if to == "service" else []

    code, out, err = cli("import", "m", "--json", *there)
    assert (code, err) == (1, "")
    found = {one["document"]: one["outcome"] for one in json.loads(out)["documents"]}
    assert found == {"m/a.yaml": "applied", "m/b.yaml": "rejected", "m/c.yaml": "applied"}
    assert cli("import", "m/b.yaml", "--take-over", *there)[0] == 0


def test_commit__comes_over_http(http: httpx.Client) -> None:
    given = {
        "commit": "abcdef1",
        "repository": "git@git.example:shop/mesh.git",
        "path": "o.yaml",
        "author": "Ada",
    }

    answer = http.post(PATH, content=OURS, headers=YAML, params=given)
    assert (answer.status_code, answer.json()["commit"]) == (201, "abcdef1")
    assert answer.json()["document"] == "https://git.example/shop/mesh/o.yaml"


def test_older_version__is_told_to_be_superseded(http: httpx.Client, cli: Cli, service: Service) -> None:
    texts = [OURS, OURS.replace("table", "view"), OURS.replace("table", "stream")]
    said = [
        post(http, text, "ours.yaml", at=f"2026-01-0{day}T00:00:00Z")
        for day, text in zip((2, 1, 3), texts, strict=True)
    ]
    assert [status for status, _ in said] == [201, 201, 201]
    assert [(one["outcome"], one["superseded"], one["newer"]) for _, one in said] == [
        ("applied", False, None),
        ("superseded", True, "2026-01-02T00:00:00Z"),
        ("applied", False, None),
    ]

    Path("ours.yaml").write_text(OURS, encoding="utf-8")
    code, out, _ = cli("import", "ours.yaml", "--at", "2026-01-01T12:00:00Z", "--url", service.url)
    assert (code, "ours.yaml: superseded" in out) == (0, True)
    assert "The version of 2026-01-03T00:00:00Z is in force and says something else" in out


def test_same_text_again__is_not_superseded_by_itself(http: httpx.Client) -> None:
    for day in (2, 1):
        said = post(http, OURS, "ours.yaml", at=f"2026-01-0{day}T00:00:00Z")[1]
        assert (said["outcome"], said["superseded"]) == ("applied", False)


@pytest.mark.parametrize("to", ["store", "service"])
def test_going_back__says_that_a_newer_version_is_in_force_and_what_to_do(
    cli: Cli, service: Service, to: str
) -> None:
    there = ["--url", service.url] if to == "service" else []
    path = Path("ours.yaml")
    for text in (OURS, THEIRS):
        path.write_text(text, encoding="utf-8")
        assert cli("import", "ours.yaml", *there)[0] == 0

    path.write_text(OURS, encoding="utf-8")
    code, out, _ = cli("import", "ours.yaml", *there)
    assert code == 1
    assert "ours.yaml: superseded" in out
    assert "To make this one count, import it with a later --at." in out
    assert cli("import", "ours.yaml", "--at", "2026-11-21T00:00:00Z", *there)[0] == 0
