"""What TensorFlow says of itself is no news to the user."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import main
from model import network


def test_that_what_fails_while_nobody_listens_is_told_all_the_same(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        os.write(2, b"no such instruction")
        raise ImportError

    with pytest.raises(ImportError), network._unheard():
        fail()
    os.write(2, b", and heard again")
    assert capfd.readouterr().err == "no such instruction, and heard again"


def test_that_tensorflow_greets_nobody_and_errors_are_still_heard() -> None:
    environment = {name: x for name, x in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    code = "import sys, model.network, keras; keras.ops.ones(3); sys.stderr.write('heard')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(main.__file__).parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "heard"
