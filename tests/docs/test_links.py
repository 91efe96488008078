"""Links between the pages lead somewhere."""

from urllib.parse import unquote

from tests.docs.markdown import PAGES, ROOT, anchors, links


def test_links__lead_to_a_file_and_a_heading_that_exist() -> None:
    broken = []
    for page in PAGES:
        for target in links(page):
            if "://" in target:
                continue
            path, _, anchor = unquote(target).partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_readme__leads_to_every_page() -> None:
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in links(ROOT / "README.md")}
    pages = {page for page in PAGES if page.parent == ROOT / "docs"}
    assert pages <= linked
