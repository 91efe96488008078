"""Histories as texts: one text for one history, in time that grows with it."""

from time import process_time

from catalog.canonical import plain
from catalog.fold.history import (
    NODE,
    NODES,
    Fold,
    History,
    Observation,
    Stretch,
    dump_history,
    dump_observation,
    load_history,
)

MANY = 60_000
"""An encoder that takes the square of the time would take some 30 s for these."""


def test_texts__of_a_document_of_many_nodes_take_little_time() -> None:
    names = [f"{NODE}schema-property/shop/m{n // 20:06}/c{n % 20:02}" for n in range(MANY)]
    values = dict.fromkeys([*names, NODES, "document"], "0" * 32)
    observation = Observation("at", values, True)
    stretches = {key: Stretch(value, "at", "at") for key, value in values.items()}
    begun = process_time()

    observed = dump_observation(observation)
    kept = dump_history(History(Fold(stretches), observation))

    assert process_time() - begun < 5
    said, settled = plain(observed)
    assert (said, settled) == (values, True)
    assert list(said) == sorted(values)
    found = load_history(kept)
    assert (found.before, found.last) == (Fold(stretches), observation)
