"""Every snippet of the pages is run against a served demo mesh, or says why not."""

from pathlib import Path

import pytest

from tests.docs.markdown import PAGES, ROOT, RUN, SHOWN, prose, snippets
from tests.docs.runners import RUNNERS
from tests.docs.workspace import serving

ALL = [snippet for page in PAGES for snippet in snippets(page)]
BY_PAGE = {
    str(page.relative_to(ROOT)): [
        snippet
        for snippet in ALL
        if snippet.page == page and snippet.language in RUNNERS and snippet.not_run is None
    ]
    for page in PAGES
}


def test_snippets__are_of_a_language_that_is_run_or_only_shown() -> None:
    assert {str(snippet): snippet.language for snippet in ALL if snippet.language not in RUN | SHOWN} == {}


def test_pages__have_no_indented_code_that_nobody_would_run() -> None:
    indented = [f"{page.name}: {line}" for page in PAGES for line in prose(page) if line.startswith("    ")]
    assert indented == []


def test_markers__stand_only_where_something_would_run() -> None:
    assert [str(snippet) for snippet in ALL if snippet.not_run and snippet.language not in RUN] == []


@pytest.mark.parametrize("page", [page for page, found in BY_PAGE.items() if found])
def test_snippets__do_what_the_page_says(page: str, demo_store: Path, tmp_path: Path) -> None:
    """In the order of the page, in one folder: a page is one story."""
    failures: list[str] = []
    with serving(tmp_path / "mesh", demo_store) as workspace:
        for snippet in BY_PAGE[page]:
            try:
                RUNNERS[snippet.language](snippet, workspace)
            except AssertionError as error:
                failures.append(f"{snippet}: {error}")
    assert not failures, "\n\n".join(failures)
