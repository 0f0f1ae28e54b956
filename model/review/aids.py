"""What a later stage shows beside the photographs, and how a study file holds it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.overlay import Box
from model.review.protocol import Stage


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is recorded of the person and the place; None and "" where unknown."""

    age: float | None
    sex: str
    site: str


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """What a classifier says.

    Attributes:
        classifier: Its name.
        classes: Codes in the order of the columns.
        values: float64 [photographs, C], calibrated; NaN rows where there is no prediction.
    """

    classifier: str
    classes: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class HeatMaps:
    """Evidence at the deepest layer, for any class.

    Attributes:
        classifier: Its name.
        classes: Codes in the order of the maps' last axis.
        evidence: For each photograph float32 [h, w, C] in logits, None where there is none.
        boxes: For each photograph what the map covers, in its pixels.
    """

    classifier: str
    classes: tuple[str, ...]
    evidence: tuple[NDArray[np.float32] | None, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class RecordedLabel:
    """What the data set says: the code of the class, and what it stands on."""

    label: str
    basis: str


Aid = Metadata | Probabilities | HeatMaps | RecordedLabel


def aid_to_bytes(aid: Aid) -> bytes:
    """As a study file holds it."""
    return json.dumps(_plain(aid)).encode()


def aid_from_bytes(stage: Stage, data: bytes) -> Aid:
    """What `aid_to_bytes` made of the aid of this stage."""
    values = json.loads(data)
    match stage:
        case Stage.METADATA:
            return Metadata(**values)
        case Stage.PROBABILITIES:
            rows = np.array(values["values"], np.float64)
            return Probabilities(values["classifier"], tuple(values["classes"]), rows)
        case Stage.HEAT_MAP:
            maps = tuple(None if each is None else _map(each) for each in values["evidence"])
            boxes = tuple((a, b, c, d) for a, b, c, d in values["boxes"])
            return HeatMaps(values["classifier"], tuple(values["classes"]), maps, boxes)
        case Stage.LABEL:
            return RecordedLabel(**values)
        case Stage.BLIND:
            raise ValueError("A blind stage has no aid.")


def _plain(aid: Aid) -> dict[str, Any]:
    match aid:
        case Metadata():
            return {"age": aid.age, "sex": aid.sex, "site": aid.site}
        case RecordedLabel():
            return {"label": aid.label, "basis": aid.basis}
        case Probabilities():
            named = {"classifier": aid.classifier, "classes": list(aid.classes)}
            return named | {"values": aid.values.tolist()}
        case HeatMaps():
            named = {"classifier": aid.classifier, "classes": list(aid.classes)}
            maps = [None if each is None else _plain_map(each) for each in aid.evidence]
            return named | {"evidence": maps, "boxes": [list(box) for box in aid.boxes]}


def _plain_map(evidence: NDArray[np.float32]) -> dict[str, Any]:
    data = base64.b64encode(evidence.astype("<f2").tobytes()).decode()
    return {"shape": list(evidence.shape), "data": data}


def _map(values: Mapping[str, Any]) -> NDArray[np.float32]:
    data = np.frombuffer(base64.b64decode(values["data"]), "<f2")
    return data.astype(np.float32).reshape(values["shape"])
