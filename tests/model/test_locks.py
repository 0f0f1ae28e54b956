"""The system's lock on a file, with its holder removing the file as it lets go."""

from pathlib import Path
from typing import IO

import pytest

from model import locks
from model.locks import HeldLock, is_held


def test_that_a_lock_taken_on_a_file_just_removed_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, try_lock, tried = tmp_path / "a.lock", locks._try_lock, []

    def removed_meanwhile(file: IO[bytes], *, shared: bool) -> bool:
        if not tried:
            path.unlink()
        tried.append(file)
        return try_lock(file, shared=shared)

    monkeypatch.setattr(locks, "_try_lock", removed_meanwhile)
    with HeldLock(path, attempts=2):
        assert is_held(path)
    assert not is_held(path)
