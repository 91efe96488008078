"""Reading back over GraphQL what was just acknowledged: an event's run must be there, in the state that it gave."""

import json
from dataclasses import dataclass
from typing import Any

PATH = "/graphql"
_QUERY = "query($id: String!) { run(id: $id) { state job { name } } }"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked after an event, and the state that the answer must show; None: any."""

    body: bytes
    state: str | None

    def is_shown_by(self, answer: bytes) -> bool:
        """Whether the answer knows the run, in that state."""
        run = json.loads(answer)["data"]["run"]
        return run is not None and self.state in (None, run["state"])


def question_after(body: bytes, *, exact: bool) -> Question | None:
    """The question about the event of a body, of several the last; None where it has no run.

    ``exact``: nothing else of the same run is on its way or came before its time.
    """
    value = json.loads(body)
    event: dict[str, Any] = value[-1] if isinstance(value, list) else value
    run_id = event.get("run", {}).get("runId")
    if run_id is None:
        return None
    query = json.dumps({"query": _QUERY, "variables": {"id": run_id}}).encode()
    return Question(query, event.get("eventType") if exact else None)
