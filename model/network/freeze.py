"""From a `tf.function` to a graph without variables, as OpenVINO reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import config_pb2
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
from tensorflow.python.grappler import tf_optimizer
from tensorflow.python.training import saver

# Shapes that the gradient operations ask for become constants, and nothing else changes.
_PASSES = ("constfold", "function", "constfold", "dependency", "pruning")


@contextmanager
def frozen_graph(function: Any) -> Iterator[tuple[Path, dict[str, str]]]:
    """Write the function's graph, with its variables as constants, to a temporary file.

    Args:
        function: A `tf.function` with an input signature that returns a dictionary.

    Yields:
        The file (a binary GraphDef) and, for each key of the dictionary, the name of its tensor.
    """
    concrete = function.get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)
    names = sorted(concrete.structured_outputs)  # the order in which TensorFlow flattens
    tensors = {name: tensor.name for name, tensor in zip(names, frozen.outputs, strict=True)}
    with TemporaryDirectory() as folder:
        tf.io.write_graph(_folded(frozen), folder, "graph.pb", as_text=False)
        yield Path(folder) / "graph.pb", tensors


def _folded(frozen: Any) -> Any:
    """The graph with everything constant computed, by TensorFlow's own optimiser."""
    meta_graph = saver.export_meta_graph(graph_def=frozen.graph.as_graph_def(), graph=frozen.graph)
    kept = meta_graph.collection_def["train_op"].node_list.value
    kept.extend(tensor.name for tensor in (*frozen.inputs, *frozen.outputs))
    settings = config_pb2.ConfigProto()
    settings.graph_options.rewrite_options.optimizers.extend(_PASSES)
    settings.graph_options.rewrite_options.min_graph_nodes = -1
    return tf_optimizer.OptimizeGraph(settings, meta_graph)
