"""Decision records have a common form, and the list has all of them."""

from tests.docs.markdown import ROOT, headings, links

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_records__end_in_what_violates_them() -> None:
    last = {path.name: path.read_text(encoding="utf-8").rstrip().rpartition("\n\n")[2] for path in RECORDS}
    assert [name for name, paragraph in last.items() if not paragraph.startswith("**Violated when** ")] == []


def test_records__are_numbered_and_listed_under_their_titles() -> None:
    numbers = [int(path.name[:4]) for path in RECORDS]
    assert numbers == list(range(1, len(RECORDS) + 1))
    assert [headings(path)[0].partition(". ")[0] for path in RECORDS] == [str(number) for number in numbers]
    assert links(FOLDER / "README.md") == [path.name for path in RECORDS]
