"""Work for other processes; importable by ``multiprocessing`` when it spawns them."""

from catalog.store.port import ChangeSet, NodeFilter, Space, Transaction
from catalog.store.registry import open_store
from tests.store.build import changes, dataset, feeds


def count_up(url: str, times: int, name: str) -> None:
    """Open the store, perhaps as the first, and add one to a shared counter, with a node for each step."""

    def work(transaction: Transaction) -> None:
        transaction.lock(["job/n/counter"])
        seen = transaction.records(Space.STATE, [("counter", "")]).get(("counter", ""), "0")
        transaction.apply(ChangeSet(records={(Space.STATE, "counter", ""): str(int(seen) + 1)}))
        number = transaction.count(NodeFilter(("Dataset",)))
        transaction.apply(changes(dataset(f"{number:04}", by=name), feeds(f"{number:04}", f"{number:04}")))

    store = open_store(url)
    for _ in range(times):
        store.write(work)
    store.close()
