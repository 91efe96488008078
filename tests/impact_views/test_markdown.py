"""The comment on a change request: what it says, and that no name in it does anything but stand there."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from api.impact_answer import ImpactAnswer, ImpactClause, ImpactProposal, ImpactUsage, Named
from api.impact_views.html_page import html_page
from api.impact_views.markdown import MAX_BYTES, markdown
from api.impact_views.markdown_text import code, prose
from api.impact_views.said import near_namespace, without
from catalog.identity import DatasetId, JobId
from catalog.impact.severity import Certainty, Severity, Verdict
from tests.impact_views.answers import RAW, answer, answers, change, item, party, step

_READER = MarkdownIt("commonmark").enable("table")
_OURS = re.compile(r"<summary>[^<]*</summary>|<!-- meshline-impact -->|</?(?:br|sub|details|code)>")
LOAD, MART = JobId("jobs", "load").key, DatasetId("duckdb://shop", "mart.orders")


def tokens(text: str) -> Iterator[Token]:
    for token in _READER.parse(text):
        yield token
        yield from token.children or ()


def shown(text: str) -> str:
    """What a reader sees of a piece of Markdown on one line."""
    parts = []
    for token in tokens(text):
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
    return "".join(parts)


def rows(text: str) -> list[int]:
    """The number of cells of each row of each table."""
    found: list[int] = []
    for token in _READER.parse(text):
        if token.type == "tr_open":
            found.append(0)
        elif token.type in ("td_open", "th_open"):
            found[-1] += 1
    return found


@settings(max_examples=30, deadline=None)
@given(answers())
def test_names__whatever_they_are_add_no_markup(found: ImpactAnswer) -> None:
    text = markdown(found)
    heads = [token.tag for token in _READER.parse(text) if token.type == "heading_open"]
    assert (heads[0], set(heads[1:]) <= {"h3"}) == ("h2", True)
    assert heads.count("h3") <= 3
    assert set(rows(text)) <= {3, 5}
    html = [token.content for token in tokens(text) if token.type in ("html_block", "html_inline")]
    assert [piece for piece in html if _OURS.sub("", piece).strip()] == []
    assert text.count("<!--") == 1
    links = [token.attrGet("href") for token in tokens(text) if token.type == "link_open"]
    assert set(links) <= {found.permalink}
    assert not [token for token in tokens(text) if token.type in ("image", "fence", "code_block", "hr")]


@settings(max_examples=30, deadline=None)
@given(answers())
def test_names__mention_nobody(found: ImpactAnswer) -> None:
    inside = 0
    for token in tokens(markdown(found)):
        if token.type == "html_inline":
            inside += {"<code>": 1, "</code>": -1}.get(token.content, 0)
        elif token.type == "text" and not inside:
            assert not re.search(r"[@#!~$%&]\w", token.content), token.content
            assert "://" not in token.content
    assert inside == 0


@settings(max_examples=30, deadline=None)
@given(answers())
def test_names__are_all_there(found: ImpactAnswer) -> None:
    text = shown(markdown(found))
    near = near_namespace(found)
    for one in found.items:
        if not one.id.startswith("field/"):
            assert shown(code(without(near, one.name))) in text


def test_code__shows_the_name_as_it_is() -> None:
    for name in ("raw.orders", "a|b", "`x`", "a`b|c", "<b>", "&amp;", "@team", " x ", "\\|", "*a*"):
        assert shown(code(name)) == name


def test_prose__leaves_words_alone_and_frames_what_is_a_name() -> None:
    assert prose("Job jobs/load (really) told nothing of a_b, @bob or 5 %.") == (
        "Job `jobs/load` (really) told nothing of `a_b`, `@bob` or 5 %."
    )


def test_comment__begins_with_its_marker_and_says_what_to_do_first() -> None:
    lines = markdown(answer([item(LOAD, Severity.BREAKS)], verdict=Verdict.BLOCK)).splitlines()
    assert lines[:2] == ["<!-- meshline-impact -->", "## Impact: BLOCK"]
    assert lines[3] == "**Do not merge this yet: something breaks, and that is proven.**"


def test_sections__stand_in_the_order_in_which_they_are_needed() -> None:
    found = answer(
        [
            item(LOAD, Severity.BREAKS, owners=[party()], certainty=Certainty.PROVEN),
            item(MART.key, Severity.STALE, "is not rebuilt", hops=2),
            item(JobId("jobs", "odd").key, Severity.UNKNOWN, "has not told"),
        ]
    )
    text = markdown(found)
    parts = (
        "**What changes**",
        "### What breaks",
        "### Who has to act",
        "### What is not known",
        "<details>",
    )
    places = [text.index(part) for part in (*parts, "<sub>")]
    assert places == sorted(places)


def test_what_breaks__says_how_the_change_gets_there_and_what_promise_it_touches() -> None:
    clause = ImpactClause(
        contract=Named(id="contract-version/orders/1.0.0", name="Orders 1.0.0"),
        part="schema.email",
        message="email is required.",
    )
    broken = item(
        LOAD,
        Severity.BREAKS,
        certainty=Certainty.PROVEN,
        message='Binder Error: column "email" not found',
        runs=4,
        owners=[party("Team Orders")],
        routes=[[step(RAW.field("email").key, LOAD, LOAD)]],
    )
    version = item("dataset/x/y", Severity.BREAKS, clauses=[clause], owners=[party("Team Orders")])
    text = markdown(answer([broken, version]))
    section = text[text.index("### What breaks") : text.index("### Who has to act")].strip().splitlines()
    assert section[2:] == [
        "- **contract `Orders 1.0.0`**, of Team Orders: is violated",
        "  - `schema.email`: email is required.",
        "  - On it rests dataset `x/y`",
        "- **job `jobs/load`**, of Team Orders: uses a column that is gone *(proven)*",
        '  - The database says: Binder Error: column "email" not found',
        "  - The way there: `raw.orders#email` → `jobs/load`",
        "  - Used by 4 runs within 30 days",
    ]


def test_owners__stand_worst_first_with_contacts_and_what_to_do() -> None:
    stale = item(
        MART.key,
        Severity.STALE,
        owners=[party("Team Mart", "mart@shop.example")],
        action="Wait.",
        routes=[[step(RAW.field("email").key, LOAD, LOAD), step(LOAD, LOAD, MART.key)]],
    )
    broken = item(
        LOAD, Severity.BREAKS, owners=[party("Team Load")], action="Change the job.", status="migrating"
    )
    orphan = item(JobId("jobs", "odd").key, Severity.UNKNOWN)
    unharmed = item(JobId("jobs", "fine").key, Severity.COMPATIBLE, owners=[party("Team Fine")])
    text = markdown(answer([stale, broken, orphan, unharmed]))
    table = [line for line in text.splitlines() if line.startswith("| **")]
    assert table == [
        "| **Team Load**<br>has answered: migrating | **breaks**: job `jobs/load` "
        "| Before this is merged, change job `jobs/load`, or agree on a date. |",
        "| **Team Mart**<br>`mart@shop.example` | **is no longer updated** because `jobs/load` breaks: "
        "dataset `mart.orders` "
        "| What is no longer updated goes on by itself when the break is mended. |",
        "| **nobody known** | **may be affected: nobody has told**: job `jobs/odd` "
        "| Look whether what changes is used, and say so.<br>Find out whose these are. |",
    ]


def test_owners__are_mentioned_only_by_the_handles_that_are_given() -> None:
    found = answer([item(LOAD, Severity.BREAKS, owners=[party("@ops", "@ops")])])
    assert "**`@ops`**<br>`@ops`" in markdown(found)
    assert "<br>@acme/ops |" in markdown(found, mentions={"team/@ops": "@acme/ops"})


def test_unknown__has_unread_parts_open_items_and_gaps_of_coverage() -> None:
    found = answer(
        [item(JobId("jobs", "odd").key, Severity.UNKNOWN, "has not told")],
        proposal=ImpactProposal(
            source="x", changes=[change(confidence=0.8)], unread=["Object orders is bound to nothing."]
        ),
    )
    text = markdown(found)
    assert "- `duckdb://shop/raw.orders`: drop `email` (a guess, 80% sure)" in text
    section = text[text.index("### What is not known") : text.index("<details>")].strip().splitlines()
    assert section[2:] == [
        "- Not understood in what is proposed: Object orders is bound to nothing.",
        "- job `jobs/odd`: has not told",
    ]


def test_unknown__has_what_is_only_likely_unharmed() -> None:
    fine = item(LOAD, Severity.COMPATIBLE, "reads the dataset", certainty=Certainty.HEURISTIC)
    text = markdown(answer([fine]))
    assert "**Likely nothing breaks, but that is not proven: look below before you merge.**" in text
    assert "- Likely not affected, though nothing proves it: job `jobs/load`" in text
    assert "Nothing is left open" not in text
    proven = item(LOAD, Severity.COMPATIBLE, "reads the dataset", certainty=Certainty.PROVEN)
    assert "Nothing is left open" in markdown(answer([proven], verdict=Verdict.SAFE))


def test_counts__say_what_rests_on_data_behind_the_data() -> None:
    product = item("product/orders", Severity.BREAKS)
    lines = markdown(answer([item(LOAD, Severity.BREAKS), product])).splitlines()
    assert "- 1 job breaks, and with it 1 product" in lines
    assert "- 1 product breaks" in markdown(answer([product])).splitlines()
    both = [item(LOAD, Severity.STALE), item(MART.key, Severity.STALE), product]
    assert "- 1 dataset and 1 job are no longer updated" in markdown(answer(both)).splitlines()


def test_foot__says_how_old_the_graph_is() -> None:
    usage = ImpactUsage(since="2026-01-01T00:00:00Z", until="2026-01-31T00:00:00Z")
    told = "the newest thing that the graph was told is of `2026-01-31T00:00:00Z`"
    assert told in markdown(answer([], usage=usage)).splitlines()[-1]
    assert "The newest thing that the graph was told is of 2026-01-31T00:00:00Z." in html_page(
        answer([], usage=usage)
    )
    assert told not in markdown(answer([], usage=usage, as_of="2026-02-01T00:00:00Z"))


def test_safe_answer__is_short() -> None:
    text = markdown(answer([]))
    assert "## Impact: SAFE\n\n**Nothing that is known breaks or changes.**" in text
    assert "<details>" not in text


def test_comment__keeps_its_bound_and_says_how_much_is_left_out() -> None:
    owners = [party(f"Team {number} {'x' * 80}", f"{number}@shop.example") for number in range(200)]
    many = [
        item(
            JobId("jobs", f"{number}{'|' * 100}").key,
            Severity.BREAKS if number % 2 else Severity.STALE,
            "has a reason " * 40,
            message="m" * 3000,
            owners=[owners[number % 200]],
            action="do " * 300,
        )
        for number in range(2000)
    ]
    text = markdown(answer(many, total=5000, permalink="https://mesh.example/impact/c0ffee"))
    assert len(text.encode()) <= MAX_BYTES
    assert re.search(r"… and \d+ more things that breaks?: see the \[full report\]", text) or re.search(
        r"… and \d+ more", text
    )
    assert text.rstrip().endswith("</sub>")
    assert {"### What breaks", "### Who has to act"} <= set(text.splitlines())
    assert set(rows(text)) <= {3, 5}
    left = [int(number) for number in re.findall(r"… and (\d+) more:", text)]
    listed = sum(line.startswith("| job") for line in text.splitlines())
    assert left[-1] + listed == 5000
