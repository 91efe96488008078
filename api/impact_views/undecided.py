"""The comment where there is no answer: none could be given, which is never to be taken as safe; or nothing changes."""

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


def unchanged_markdown(message: str, marker: str = MARKER) -> str:
    """That the files that are asked about say what is there already."""
    said = "**The change request changes nothing that Meshline was asked about.**"
    return "\n\n".join((f"{marker_line(marker)}\n## Impact: nothing changes", said, prose(message))) + "\n"
