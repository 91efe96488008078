"""docs/operations.md has the settings and metrics that there are."""

import dataclasses
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from api.settings import Settings
from tests.docs.markdown import ROOT, table
from tests.docs.workspace import serving

PAGE = ROOT / "docs" / "operations.md"
RENAMED = {"keys_file": "MESHLINE_KEYS"}


def _documented_default(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)


def test_settings_table__has_every_setting_with_its_default() -> None:
    shown = {row[0]: row[1] for row in table(PAGE, "Settings")}
    real = {
        RENAMED.get(field.name, f"MESHLINE_{field.name.upper()}"): _documented_default(field.default)
        for field in dataclasses.fields(Settings)
    }
    shown["MESHLINE_KEYS"] = shown["MESHLINE_KEYS"].removesuffix(" beside the SQLite file")
    assert shown == real


def test_settings_table__names_variables_that_are_read() -> None:
    """Every variable of the table, set to a value that cannot be, is complained of or taken."""
    variables = [row[0] for row in table(PAGE, "Settings")]
    odd = dict.fromkeys(variables, "1")
    odd |= {"MESHLINE_LOG_LEVEL": "error", "MESHLINE_BASE_IRI": "http://x/"}
    odd |= dict.fromkeys((v for v in variables if v.endswith("_BYTES")), "2000")
    odd |= {"MESHLINE_REDACT": "uris"}
    odd |= {"MESHLINE_SPARQL": "off", "MESHLINE_ENFORCE": "off", "MESHLINE_SPARQL_MEMORY_BYTES": str(2**29)}
    changed, defaults = Settings.from_environment(odd), Settings.from_environment({})
    same = [
        f.name for f in dataclasses.fields(Settings) if getattr(changed, f.name) == getattr(defaults, f.name)
    ]
    assert same == []


def test_metrics_table__has_every_metric_with_type_and_labels(tmp_path: Path) -> None:
    with serving(tmp_path / "mesh") as workspace:
        for _ in range(2):  # the first answer is counted in the second
            exposed = httpx.get(f"{workspace.url}/metrics", trust_env=False).text
    real = {
        family.name: (
            family.type,
            frozenset(label for sample in family.samples for label in sample.labels) - {"le"},
        )
        for family in text_string_to_metric_families(exposed)
        if not family.name.endswith("_created")
    }
    shown = {
        name: (kind, frozenset(filter(None, labels.split(", "))))
        for name, kind, labels, _ in table(PAGE, "Metrics")
    }
    assert shown == real
