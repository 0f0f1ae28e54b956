"""A classifier in use: from prepared images to logits, evidence, embeddings and heat maps."""

import atexit
import hashlib
import json
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import GRAPH_FILE, NETWORK_FILE, WEIGHTS_FILE, Card, ClassifierError
from model.classifier.openvino_core import has_bf16
from model.classifier.probabilities import probabilities
from model.classifier.serving import (
    BATCH,
    OUTPUT_NAMES,
    BatchQueue,
    Outputs,
    Precision,
    compile_explaining,
    compile_looking,
    compile_serving,
    nothing,
)
from model.views import as_seen, view

_MAP_PREFIX = "map/"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the network says of one image, and what moved it.

    Attributes:
        class_index: The class that the maps are about.
        logits: float32 [C].
        evidence: float32 [h, w, C] in logits; h and w are 0 where no layer is additive.
        embedding: float32 [E].
        maps: Signed float32 [H, W] by the layer's name, from shallow to deep.
    """

    class_index: int
    logits: NDArray[np.float32]
    evidence: NDArray[np.float32]
    embedding: NDArray[np.float32]
    maps: dict[str, NDArray[np.float32]]


class Classifier:
    """A classifier's folder, opened. Any thread may call any method.

    Attributes:
        folder: Where it lies.
        card: What it is.
        precision: In which it classifies; heat maps of inner layers are always in f32.
        identity: Names what it computes: equal identities give equal results.
    """

    def __init__(self, folder: Path, card: Card, precision: Precision = "f32") -> None:
        self.folder = folder
        self.card = card
        self.precision = precision
        self.identity = _identity(card, precision)
        self._lock = threading.RLock()
        self._explaining = _Once(partial(self._request, compile_explaining))
        self._looking = _Once(partial(self._request, compile_looking))
        self._serving: dict[Precision, Any] = {}
        _living.add(self)

    @classmethod
    def load(
        cls, folder: Path, views: int | None = None, precision: Precision = "f32"
    ) -> "Classifier":
        """Open a folder; the graph is compiled when it is first used.

        Args:
            folder: Of a classifier.
            views: How many exact views of an image are averaged; None for what the card says.
            precision: "bf16" is about twice as fast and moves logits a little. It is f32 all the
                same where the processor has none; whoever asked has to look.

        Raises:
            ClassifierError: No folder of a classifier, damaged, or from a newer version.
        """
        card = Card.load(folder)
        if views is not None:
            card = replace(card, views=views)
        for name in (NETWORK_FILE, GRAPH_FILE, WEIGHTS_FILE):
            path = folder / name
            if not path.is_file() or not path.stat().st_size:
                raise ClassifierError(
                    f"{folder} is not complete ({name} is missing); copy the classifier again."
                )
        return cls(folder, card, precision if precision == "f32" or has_bf16() else "f32")

    def probabilities(self, logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Calibrated probabilities [..., C] of logits, by the card's head and temperature."""
        return probabilities(logits, self.card.head, self.card.temperature)

    def classify(self, images: NDArray[np.uint8]) -> Outputs:
        """What the network says of prepared images, uint8 [N, S, S, 3] RGB.

        Raises:
            ClassifierError: The graph is damaged.
            ValueError: The images are not of the input's shape and type.
        """
        self._check(images, 4)
        blocks: dict[int, Outputs] = {}
        queue = self.batch_queue(blocks.__setitem__)
        for start in range(0, len(images), BATCH):
            queue.start(images[start : start + BATCH], start)
        queue.wait()
        if not blocks:
            return self._nothing()
        ordered = [blocks[start] for start in sorted(blocks)]
        return Outputs(*(np.concatenate([getattr(b, n) for b in ordered]) for n in OUTPUT_NAMES))

    def batch_queue(
        self, finished: Callable[[Any, Outputs], None], precision: Precision | None = None
    ) -> BatchQueue:
        """A queue of batches through the network; see `BatchQueue` for `finished`.

        Args:
            finished: Gets the outputs.
            precision: Another one than the classifier's own.

        Raises:
            ClassifierError: The graph is damaged.
        """
        precision = precision or self.precision
        with self._lock:
            if precision not in self._serving:
                compiled = compile_serving(self.folder / GRAPH_FILE, precision, self.card.views)
                self._check_graph(compiled)
                self._serving[precision] = compiled
            return BatchQueue(self._serving[precision], finished, self.card.views)

    def explain(
        self, image: NDArray[np.uint8], class_index: int, *, inner: bool = True
    ) -> Explanation:
        """Maps of all layers for one class of one prepared image, uint8 [S, S, 3] RGB.

        Without `inner` only those of additive layers, in a quarter of the time.

        The map of an additive layer is the evidence itself. Where views are averaged, so are
        their maps, each turned back over the image: evidence and bias still add up to the logit.

        Raises:
            ClassifierError: The graph is damaged.
            IndexError: No such class.
            ValueError: The image is not of the input's shape and type.
        """
        self._check(image, 3)
        weights = np.zeros((1, len(self.card.classes)), np.float32)
        weights[0, range(len(self.card.classes))[class_index]] = 1
        inputs = {"class_weights": weights} if inner else {}
        with self._explaining if inner else self._looking as request:
            views = range(self.card.views)
            found = [_explain_view(request, image, number, inputs) for number in views]
        mean = {name: _mean([each[name] for each in found]) for name in found[0]}
        none = np.zeros((0, 0, len(self.card.classes)), np.float32)
        evidence = mean.get("evidence", none)
        maps = {
            layer.name: evidence[..., class_index].copy()
            if layer.additive
            else mean[_MAP_PREFIX + layer.name]
            for layer in self.card.layers
            if layer.additive or inner
        }
        return Explanation(class_index, mean["logits"], evidence, mean["embedding"], maps)

    def _request(self, compiling: Callable[[Path], Any]) -> Any:
        compiled = compiling(self.folder / GRAPH_FILE)
        self._check_graph(compiled)
        return compiled.create_infer_request()

    def _check_graph(self, compiled: Any) -> None:
        side, classes = self.card.preprocessing.size, len(self.card.classes)
        seen = tuple(compiled.input("image").shape)[1:], compiled.output("logits").shape[-1]
        if seen != ((side, side, 3), classes):
            raise ClassifierError(
                f"{self.folder}: card and graph do not belong together; copy the classifier again."
            )

    def _check(self, images: NDArray[np.uint8], dimensions: int) -> None:
        side = self.card.preprocessing.size
        shaped = images.ndim == dimensions and images.shape[-3:] == (side, side, 3)
        if not shaped or images.dtype != np.uint8:
            raise ValueError(f"{images.dtype} {images.shape} is not prepared for {side} x {side}")

    def let_go(self) -> None:
        """Drop the graphs; whoever still computes keeps the one at hand."""
        self._serving.clear()
        self._explaining.forget()
        self._looking.forget()

    def _nothing(self) -> Outputs:
        with self._lock:
            return nothing(self._serving[self.precision])


# OpenVINO's threads must end while the process is whole: what outlives Python, such as a notebook's
# own variables, aborts now and then.
_living: weakref.WeakSet[Classifier] = weakref.WeakSet()


@atexit.register
def _let_go() -> None:
    """Drop every graph."""
    for each in list(_living):
        each.let_go()


class _Once:
    """A request that is made when it is first used, and used by one thread at a time."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make, self._made = make, None
        self._lock = threading.Lock()

    def __enter__(self) -> Any:
        self._lock.acquire()
        try:
            self._made = self._made or self._make()
        except BaseException:
            self._lock.release()
            raise
        return self._made

    def __exit__(self, *_error: object) -> None:
        self._lock.release()

    def forget(self) -> None:
        """Make it anew when it is used again."""
        self._made = None


def _explain_view(
    request: Any, image: NDArray[np.uint8], number: int, inputs: Mapping[str, NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    """Every output for one view, those over the image turned back."""
    seen = np.ascontiguousarray(view(image, number))
    request.infer({"image": seen[np.newaxis], **inputs})
    found = {}
    for port in request.model_outputs:
        name = port.get_any_name()
        # The request owns the tensor and writes over it next time.
        values: NDArray[np.float32] = request.get_tensor(port).data[0].copy()
        if name == "evidence":
            values = as_seen(values, number)
        elif name.startswith(_MAP_PREFIX):
            values = as_seen(values[..., np.newaxis], number)[..., 0]
        found[name] = values
    return found


def _mean(values: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    return values[0] if len(values) == 1 else np.mean(values, axis=0, dtype=np.float32)


def _identity(card: Card, precision: Precision) -> str:
    parts: list[Any] = [card.network_hash, card.preprocessing.to_json(), list(card.classes)]
    if card.views > 1:
        parts.append(card.views)
    if precision != "f32":
        parts.append(precision)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
