"""``meshline propagated``: the same from a store and from a service, for people and for programs."""

import pytest

from api import exit_codes
from api.settings import Settings
from catalog.store.registry import open_store
from tests.api.asking import Cli, ask
from tests.api.running import Service
from tests.governance.curated import curate
from tests.governance.test_propagation import CHAIN, EMAIL, column, email_of
from tests.mesh.words import NAMESPACE, job, mesh, product, reads, writes

MAIL = f"{NAMESPACE}/shop.public.page#mail"


@pytest.fixture
def told(settings: Settings) -> str:
    """A store with an e-mail address that goes on, once masked; the service has the same."""
    store = open_store(settings.store)
    dark = [*reads("blind", "clean"), *writes("blind", "dark")]
    mesh(*CHAIN, dark, email_of(column("raw.email")), product("shown", exposes=["page"]), store=store)
    store.close()
    return settings.store


def test_field__is_told_with_the_steps_that_a_class_takes(cli: Cli, told: str) -> None:
    code, out, err = cli("propagated", MAIL, "--store", told)
    assert (code, err) == (exit_codes.OK, "")
    for said in (
        "Classes of postgres://db:5432/shop.public.page#mail (level 2)",
        "in 2 steps, not masked on the way.",
        "-(DIRECT TRANSFORMATION, airflow/show, OBSERVED)-> postgres://db:5432/shop.public.page#mail",
        "Coverage: COMPLETE",
    ):
        assert said in out


def test_dataset__tells_what_ends_at_its_masked_fields(cli: Cli, told: str) -> None:
    _, out, _ = cli(
        "propagated", column("page.mail").replace("field/", "dataset/").rpartition("/")[0], "--store", told
    )
    assert "Comes to it, and is no class of it" in out
    assert "#code  MASKED" in out


def test_person__who_overrules_is_named(cli: Cli, told: str) -> None:
    store = open_store(told)
    curate(store, column("clean.email"), [], actor="ada", why="hashed by hand")
    store.close()
    _, out, err = cli("propagated", column("clean.email"), "--store", told)
    assert err == ""
    assert "Overruled by ada at " in out
    assert "is of no class: hashed by hand" in out
    assert "None is said, and none follows from what is known." in out


def test_class__is_told_with_where_it_may_go_on_unseen(cli: Cli, told: str) -> None:
    found = ask(cli, "propagated", EMAIL, "--store", told)
    assert {one["field"]["key"] for one in found["classes"]} == {
        column(one) for one in ("raw.email", "clean.email", "page.mail")
    }
    (reason,) = found["coverage"]["reasons"]
    assert found["coverage"]["status"] == "PARTIAL"
    assert reason["code"] == "NO_COLUMN_LINEAGE"
    assert "blind" in reason["message"]


def test_long_answer__says_that_there_is_more(cli: Cli, told: str) -> None:
    _, out, _ = cli("propagated", EMAIL, "--first", "1", "--store", told)
    assert "1 of 3 (--first lists more)." in out
    assert ask(cli, "propagated", EMAIL, "--first", "1", "--store", told)["cut"] == ["classes"]


def test_service__answers_as_its_store_does(cli: Cli, told: str, service: Service) -> None:
    for name in (MAIL, "product/shown", EMAIL):
        assert ask(cli, "propagated", name, "--url", service.url) == ask(
            cli, "propagated", name, "--store", told
        )


@pytest.mark.parametrize("name", ["nothing", "product/nothing", job("show")])
def test_name__of_what_has_no_classes_is_refused(cli: Cli, told: str, name: str) -> None:
    code, out, err = cli("propagated", name, "--store", told)
    assert (code, out) == (exit_codes.COULD_NOT, "")
    assert err.startswith("Error: ")
