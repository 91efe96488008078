"""What an answer does not know, for people."""

from rich.console import Console

from api.answers import Coverage
from api.commands.output import print_line
from catalog.coverage import CoverageStatus


def show_coverage(out: Console, coverage: Coverage, title: str = "Coverage") -> None:
    """How far the answer reaches, and why not further."""
    print_line(out, "")
    print_line(out, f"{title}: {coverage.status}", _STYLES[CoverageStatus(coverage.status)])
    for reason in coverage.reasons:
        print_line(out, f"  {reason.message}")


_STYLES = {
    CoverageStatus.COMPLETE: None,
    CoverageStatus.PARTIAL: "bold yellow",
    CoverageStatus.UNKNOWN: "bold magenta",
}
