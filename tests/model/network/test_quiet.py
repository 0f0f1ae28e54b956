"""What TensorFlow says of itself is no news to the user."""

import os
import subprocess
import sys
from pathlib import Path

import main


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
