"""Reading a Keras file that this program did not write; nothing in it is ever executed."""

import re
import zipfile
from pathlib import Path

import h5py
import keras

from model.errors import UserError

ENDINGS = (".keras", ".h5", ".hdf5")


class NetworkError(UserError):
    """A network that cannot be taken over."""


def read_network(path: Path) -> keras.Model:
    """The network in a `.keras` or `.h5` file, in Keras' safe mode and without its optimiser.

    Raises:
        NetworkError: Absent, of another kind, damaged, weights without a network, with code of
            its own, or written by a version that Keras 3 cannot read; says which.
    """
    _check_kind(path)
    try:
        network = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        # Keras raises whatever its parts raise: TypeError, ValueError, KeyError, OSError and more.
        raise NetworkError(f"{path}: {_reason(str(error))}") from error
    if not isinstance(network, keras.Model) or not network.inputs:
        raise NetworkError(
            f"{path} holds no network with a graph (a model written as a class of its own?): "
            "save it as a functional or sequential Keras model."
        )
    return network


def _check_kind(path: Path) -> None:
    if path.is_dir():
        raise NetworkError(
            f"{path} is a folder (a TensorFlow SavedModel?): save the network as one .keras file."
        )
    if not path.is_file():
        raise NetworkError(f"{path} does not exist; choose a .keras or .h5 file.")
    if path.suffix.lower() not in ENDINGS:
        raise NetworkError(f"{path} is no Keras file: its name has to end in .keras or .h5.")
    if zipfile.is_zipfile(path):
        return
    if not h5py.is_hdf5(path):
        raise NetworkError(f"{path} is damaged or no Keras file; copy it again.")
    if not _has_network(path):
        raise NetworkError(
            f"{path} holds weights without their network: save the whole model "
            "(`model.save`, not `save_weights`)."
        )


def _has_network(path: Path) -> bool:
    try:
        with h5py.File(path) as file:
            return "model_config" in file.attrs
    except OSError as error:  # it is cut off behind its head
        raise NetworkError(f"{path} is damaged: it ends early. Copy it again.") from error


_REASONS = {
    r"TFOpLambda|SlicingOpLambda|TensorFlowOpLayer": (
        "it calls TensorFlow's operations directly, in a way that Keras 3 cannot read. Rebuild it "
        "from Keras layers and save it again"
    ),
    r"lambda|unsafe|safe_mode": (
        "it has a Lambda layer, that is Python code inside the file, which is never run. Replace "
        "the layer by one of Keras' own (as Rescaling) and save it again"
    ),
    r"Only input tensors may be passed as positional arguments": (
        "it calculates between its layers (as MobileNetV3 does), which Keras 3 cannot read from an "
        ".h5 file. Save it as .keras"
    ),
    r"Unknown layer|Could not locate (?:class|function)|registered under|Unknown (?:act|in|ob)": (
        "it has a layer or function that Keras does not know{name}. Rebuild it from Keras layers"
    ),
    r"Unrecognized keyword|unexpected keyword|could not be deserialized|from_config|"
    r"Layer count mismatch|expected \d+ variables|keras_version|batch_shape|bad marshal": (
        "it was written by a version of Keras whose files Keras 3 cannot read ({detail}). Load it "
        "in that version, and save it again with Keras 3"
    ),
}
"""What Keras says, as a pattern, and what that means. The first that fits counts."""


def _detail(message: str) -> str:
    """The heart of what Keras said; settings of layers fill its first line."""
    unknown = re.search(r"Unrecognized keyword arguments? passed to (\w+): (\{[^}]*\})", message)
    if unknown:
        return f"{unknown.group(1)} with {unknown.group(2)}"
    first = message.strip().splitlines()[0] if message.strip() else "no reason given"
    return first.partition(" using config=")[0][:120]


def _reason(message: str) -> str:
    """Why a file was refused, in words, from what Keras said."""
    named = re.search(r"(?:Unknown layer:|locate class) '([^']+)'", message)
    detail = _detail(message)
    for pattern, sentence in _REASONS.items():
        if re.search(pattern, message, re.IGNORECASE):
            name = f" ({named.group(1)})" if named else ""
            return sentence.format(name=name, detail=detail) + "."
    return f"Keras cannot read it ({detail}). Save it again with Keras 3."
