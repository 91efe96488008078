"""The comment where no answer could be given: never to be taken for a safe one."""

from api.impact_views.markdown import MARKER, marker_line
from api.impact_views.markdown_text import prose


def undecided_markdown(message: str, hint: str, marker: str = MARKER) -> str:
    """What went wrong, what to do, and that nothing is said of the change."""
    parts = [
        f"{marker_line(marker)}\n## Impact: could not decide",
        "**Meshline could not say what this change does. It may break things.**",
        prose(message),
        prose(hint),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
