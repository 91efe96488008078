"""What is left of an event does not depend on how much of it was forgotten before."""

import json
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.forget import Scope
from catalog.redaction import may_name, redact_event
from tests.convergence.mixed_events import EVENTS, SCOPES
from tests.convergence.said import Event
from tests.roundtrip.restoring import RECEIVED_NS, recognised


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(EVENTS, st.lists(SCOPES, min_size=1, max_size=3, unique=True))
def test_what_is_left_of_a_body__does_not_depend_on_what_went_first(
    event: Event, scopes: list[Scope]
) -> None:
    body = recognised([event], RECEIVED_NS)[0][0].body
    at_once = redact_event(body, scopes)
    for order in permutations(scopes):
        rest = body
        for scope in order:
            before, rest = rest, redact_event(rest, [scope])
            assert may_name(before, scope) or rest == before
        assert json.loads(rest) == json.loads(at_once)
