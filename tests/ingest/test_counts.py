"""The counts of outcomes."""

import threading

from catalog.entry import Status
from ingest.counts import Counted, Counts


def test_counts__received_is_the_sum_from_any_thread() -> None:
    counts = Counts()

    def work() -> None:
        for status in Status:
            counts.keep(status)
        counts.reject()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.now() == Counted(8, 8, 8, 8, 8)
    assert counts.now().received == 40
