"""From a Keras network to the graph that OpenVINO serves."""

from pathlib import Path
from typing import Any

import keras

from model.classifier.card import GRAPH_FILE
from model.classifier.openvino_core import ov
from model.network.conversion import conversion_rules
from model.network.freeze import frozen_graph
from model.network.gradcam import explain_function


def compile_network(network: keras.Model, folder: Path) -> Path:
    """Write `graph.xml` and `graph.bin`: classifying and explaining in one graph.

    Its inputs and outputs are those of `explain_function`, by name.

    Returns:
        The path of `graph.xml`.
    """
    graph = convert(explain_function(network))
    path = folder / GRAPH_FILE
    # Half the weights' digits would move the logits by 0.08.
    ov.save_model(graph, path, compress_to_fp16=False)
    return path


def convert(function: Any) -> Any:
    """The `openvino.Model` of a `tf.function` that returns a dictionary; its keys name outputs."""
    with frozen_graph(function) as (path, tensors):
        graph = ov.convert_model(str(path), extension=conversion_rules())
    for name, tensor in tensors.items():
        graph.output(tensor).get_tensor().set_names({name})
    for port in graph.inputs:
        port.get_tensor().set_names({port.get_any_name().partition(":")[0]})
    return graph
