"""docs/facets.md shows the registry as it is."""

from tests.docs.facets import FACETS_PAGE, page_with_tables


def test_facets_page__is_written_from_the_registry() -> None:
    page = FACETS_PAGE.read_text(encoding="utf-8")
    assert page == page_with_tables(page), "to write it anew: python -m tests.docs.write"
