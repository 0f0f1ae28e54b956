"""How a training is started beside the window."""

import os
import sys
from pathlib import Path

import pytest

from model.runs import launch
from model.runs.config import Config
from model.runs.folder import prepare_run


@pytest.mark.skipif(sys.platform != "linux", reason="the processor is shared so on Linux alone")
def test_that_a_training_leaves_the_processor_to_whoever_sits_at_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = tmp_path / "sleep.py"
    sleeper.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setattr(launch, "MAIN", sleeper)
    child = launch.launch(prepare_run(tmp_path / "runs" / "one", tmp_path, Config()))
    try:
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == 10
        group = Path(f"/proc/{child.pid}/autogroup")
        if group.exists():
            assert group.read_text(encoding="ascii").split()[1:] == ["nice", "10"]
    finally:
        child.kill()
        child.wait()
