"""The HTML page in a real browser, where there is one: what it shows, without a script and without asking anybody."""

import subprocess
from pathlib import Path

from api.impact_views.formats import Format, rendered
from catalog.identity import JobId
from catalog.impact.severity import Severity, Verdict
from tests.impact_views.answers import answer, item

HOSTILE = "<img src=x onerror=document.title='taken'>"


def test_page__shows_the_verdict_in_a_browser_and_runs_nothing_that_a_name_holds(
    browser: str, tmp_path: Path
) -> None:
    told = answer([item(JobId("jobs", HOSTILE).key, Severity.BREAKS)], verdict=Verdict.BLOCK)
    page = tmp_path / "impact.html"
    page.write_text(rendered(told, Format.HTML), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [browser, *options, "--virtual-time-budget=2000", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "<title>Impact: BLOCK</title>" in done.stdout
    assert "<img" not in done.stdout
    assert "&lt;img src=x" in done.stdout
