"""Workers get as many cores and as much memory as there are, groups that share fixtures, and ports of their own."""

from pathlib import Path

import pytest

from tests.ports import PORTS
from tests.workers import LONG, MOST, TOGETHER, available_kib, count_workers, group_of, next_group, own_ports

GIB = 1 << 20


@pytest.mark.parametrize(
    ("cores", "available", "one_server", "workers"),
    [
        (2, 8 * GIB, False, 2),
        (64, 64 * GIB, False, MOST),
        (64, 6 * GIB, False, 3),
        (4, None, False, 4),
        (1, 8 * GIB, False, 0),
        (4, 3 * GIB, False, 0),
        (4, 1 * GIB, False, 0),
        (4, 8 * GIB, True, 0),
    ],
)
def test_workers__fit_cores_and_memory_and_one_given_server(
    cores: int, available: int | None, one_server: bool, workers: int
) -> None:
    assert count_workers(cores, available, one_server=one_server) == workers


def test_available_memory__is_what_linux_says_or_unknown(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    assert available_kib(meminfo) is None
    meminfo.write_text("MemTotal:       24671296 kB\nMemAvailable:   21012345 kB\n")
    assert available_kib(meminfo) == 21_012_345


def test_groups__are_files_and_the_folders_of_dear_fixtures() -> None:
    assert group_of("tests/store/test_log.py::test_log__x[a::b/c]") == "tests/store/test_log.py"
    assert group_of("tests/kafka/test_source.py::test_x") == group_of("tests/kafka/test_command.py::test_y")
    assert group_of("test_alone.py::test_x") == "test_alone.py"


def test_groups__name_folders_that_are_there() -> None:
    root = Path(__file__).parents[1]
    assert [folder for folder in TOGETHER if not (root / folder / "conftest.py").exists()] == []


def test_long_groups__are_groups_that_are_there() -> None:
    root = Path(__file__).parents[1]
    assert [group for group in LONG if not (root / group).exists()] == []
    assert [
        group
        for group in LONG
        if group_of(f"{group}::x" if group.endswith(".py") else f"{group}/x.py::x") != group
    ] == []


def test_long_groups__are_begun_before_all_others() -> None:
    waiting = ["tests/store/test_log.py", *LONG[::-1]]
    begun = []
    while (group := next_group(waiting)) is not None:
        waiting.remove(group)
        begun.append(group)
    assert (begun, waiting) == ([*LONG], ["tests/store/test_log.py"])


def test_ports__of_two_workers_are_not_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    assert own_ports(PORTS) == PORTS
    taken: set[int] = set()
    for number in range(2 * MOST):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{number}")
        mine = own_ports(PORTS)
        assert len(mine) >= 1000
        assert taken.isdisjoint(mine)
        assert set(mine) <= set(PORTS)
        taken.update(mine)
