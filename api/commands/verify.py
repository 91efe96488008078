"""``meshline verify``: proof that a store is what a replay of its log makes."""

import os

from api import exit_codes
from api.commands.compared import ScratchOption, as_answer, counted, entries, scratch_store, show
from api.commands.options import JsonOption, StoreOption
from api.commands.output import console, error_console, print_json, print_line
from api.target import existing_store, opened_store
from ingest.rebuild import verify as verify_store


def verify(store: StoreOption = None, scratch: ScratchOption = None, as_json: JsonOption = False) -> int:
    """Prove that a store is what a replay of its log makes. Changes nothing; a service may go on.

    Nodes, edges with their times, histories and receipts are compared one by one.

    Exit codes: 0 the same, 1 it differs (`meshline replay` mends it), 3 could not.
    """
    url = existing_store(store, os.environ)
    with (
        opened_store(url, os.environ) as live,
        scratch_store(url, scratch) as beside,
        error_console().status("Replaying") as status,
    ):
        found = verify_store(live, beside, lambda done: status.update(f"Replayed {entries(done)}"))
    if as_json:
        print_json(as_answer(found))
    elif found.is_same:
        done = found.replayed
        print_line(
            console(),
            f"The store is what its log makes: {entries(done.entries)}, {done.quarantined} quarantined.",
        )
    else:
        print_line(console(), f"The store is not what its log makes: {counted(found)} differ.", "bold")
        show(console(), found)
    return exit_codes.OK if found.is_same else exit_codes.DIFFERS
