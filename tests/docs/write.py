"""Write what is generated in the pages anew: ``python -m tests.docs.write`` (transcripts, the help of commands, the
tables of facets, the reasons of SQL), and our JSON-LD context.

Read the difference before it is committed: it is what readers will see.
"""

import tempfile
from pathlib import Path

import ontology
from ontology.compiler import load_model
from ontology.json_ld_context import context_file
from tests.docs.facets import FACETS_PAGE, page_with_tables
from tests.docs.help import CLI_PAGE, help_snippets, helps
from tests.docs.markdown import PAGES, Snippet, snippets
from tests.docs.runners import RUNNERS
from tests.docs.sql import SQL_PAGE, page_with_reasons
from tests.docs.transcript import normalised, transcribe
from tests.docs.workspace import load_demo, serving

CONTEXT = Path(ontology.__file__).parent / "contexts" / "mesh.jsonld"
WRITING = frozenset({"console", "bash", "sh", "python"})
"""Languages whose snippets may leave something behind that a later one needs."""


def main() -> None:
    """Rewrite every transcript that differs, every help, the tables of facets, and the reasons of SQL."""
    FACETS_PAGE.write_text(page_with_tables(FACETS_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    SQL_PAGE.write_text(page_with_reasons(SQL_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    CONTEXT.write_text(context_file(load_model()), encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "demo").mkdir()
        store = load_demo(folder / "demo")
        for number, page in enumerate(PAGES):
            fresh = _transcripts(page, folder / str(number), store)
            if page == CLI_PAGE:
                fresh += [(s, helps()[name]) for name, s in help_snippets() if helps()[name] != s.text]
            _replace(page, fresh)


def _transcripts(page: Path, folder: Path, store: Path) -> list[tuple[Snippet, str]]:
    """The transcripts of a page that have changed. All its snippets run, for later ones build on earlier ones."""
    found = [s for s in snippets(page) if s.language in WRITING and s.not_run is None]
    fresh: list[tuple[Snippet, str]] = []
    if not any(snippet.language == "console" for snippet in found):
        return fresh
    with serving(folder, store) as workspace:
        for snippet in found:
            if snippet.language != "console":
                RUNNERS[snippet.language](snippet, workspace)
                continue
            text = transcribe(snippet.text, workspace)
            if normalised(text) != normalised(snippet.text):
                fresh.append((snippet, text))
    return fresh


def _replace(page: Path, fresh: list[tuple[Snippet, str]]) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    for snippet, text in sorted(fresh, key=lambda one: one[0].first, reverse=True):
        lines[snippet.first : snippet.last] = text.splitlines()
        print(snippet)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
