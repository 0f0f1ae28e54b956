"""How much memory there is where a container, or a job of a cluster, may not take all of it."""

from pathlib import Path

import pytest

from model.network import memory
from model.network.free_memory import free_memory
from model.network.memory import NoMemoryError, check_memory

UNLIMITED = "9223372036854771712"  # as version 1 spells it
MEGABYTE = 1_000_000


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A computer with 64,000 kB to be had."""
    write(
        tmp_path / "proc/meminfo",
        "MemTotal:      99000 kB\nMemFree:        1000 kB\nMemAvailable:  64000 kB\n",
    )
    return tmp_path


def limit_v2(group: Path, most: str, used: int, files: int = 0) -> None:
    write(group / "memory.max", f"{most}\n")
    write(group / "memory.current", f"{used}\n")
    write(group / "memory.stat", f"anon 7\nactive_file {files}\ninactive_file 0\n")


def test_that_without_a_limit_all_that_the_computer_has_may_be_taken(system: Path) -> None:
    assert free_memory(system) == 64_000 * 1024
    write(system / "proc/self/cgroup", "0::/\n")
    assert free_memory(system) == 64_000 * 1024, "the outermost group has no files of a limit"
    limit_v2(system / "sys/fs/cgroup", "max", 5 * MEGABYTE)
    assert free_memory(system) == 64_000 * 1024


def test_that_where_the_system_does_not_tell_nothing_is_known(tmp_path: Path) -> None:
    assert free_memory(tmp_path) is None


def test_that_a_container_may_take_what_its_limit_leaves(system: Path) -> None:
    write(system / "proc/self/cgroup", "0::/\n")
    limit_v2(system / "sys/fs/cgroup", f"{20 * MEGABYTE}", 8 * MEGABYTE, files=3 * MEGABYTE)
    # Files that were read make room where it is needed.
    assert free_memory(system) == (20 - 8 + 3) * MEGABYTE


def test_that_the_narrowest_group_around_a_process_counts(system: Path) -> None:
    write(system / "proc/self/cgroup", "0::/jobs/17\n")
    mount = system / "sys/fs/cgroup"
    limit_v2(mount / "jobs/17", "max", 1)
    limit_v2(mount / "jobs", f"{9 * MEGABYTE}", 4 * MEGABYTE)
    assert free_memory(system) == 5 * MEGABYTE


def test_that_a_group_that_took_too_much_already_leaves_nothing(system: Path) -> None:
    write(system / "proc/self/cgroup", "0::/\n")
    limit_v2(system / "sys/fs/cgroup", f"{MEGABYTE}", 2 * MEGABYTE)
    assert free_memory(system) == 0


def test_that_a_limit_of_the_first_version_counts_too(system: Path) -> None:
    # As in a container whose group has another path outside.
    write(system / "proc/self/cgroup", "4:memory:/docker/ab12\n3:cpuset:/docker/ab12\n")
    group = system / "sys/fs/cgroup/memory"
    write(group / "memory.limit_in_bytes", f"{30 * MEGABYTE}\n")
    write(group / "memory.usage_in_bytes", f"{10 * MEGABYTE}\n")
    write(group / "memory.stat", f"inactive_file 1\ntotal_inactive_file {2 * MEGABYTE}\n")
    assert free_memory(system) == 22 * MEGABYTE
    write(group / "memory.limit_in_bytes", f"{UNLIMITED}\n")
    assert free_memory(system) == 64_000 * 1024


def test_that_a_batch_is_held_against_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 50 * MEGABYTE)
    check_memory(1, 96)
    with pytest.raises(NoMemoryError, match="50 MB are free"):
        check_memory(64, 96)
