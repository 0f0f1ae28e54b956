"""The rows of a study file: photographs without a trace of where they come from, and the aids."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.images import (
    Box,
    ImageError,
    Preprocessing,
    box_seen,
    content_hash,
    decode,
    read_bytes,
)
from model.progress import Report
from model.records import ImageRecord
from model.review.aids import Aid, HeatMaps, Metadata, Probabilities, RecordedLabel, aid_to_bytes
from model.review.case_codes import CodedCase
from model.review.protocol import Protocol, Stage
from model.review.sealing import seal
from model.review.selection import Case
from model.review.study_file import aid_name, photograph_name

_QUALITY = 95
_PHOTOGRAPH_STEP, _AID_STEP = 32 * 1024, 4 * 1024


@dataclass(frozen=True, slots=True)
class Network:
    """What a classifier found, for the stages that show it.

    Attributes:
        name: Of the classifier, as readers see it.
        classes: Codes in the order of the columns.
        preprocessing: How a photograph becomes the network's input.
        probabilities: [C] by path, calibrated.
        evidence: Gives [h, w, C] in logits for a path, None where there is none.
    """

    name: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    probabilities: Mapping[str, NDArray[np.floating[Any]]]
    evidence: Callable[[str], NDArray[np.float32] | None]


class StudyWriter:
    """Makes the rows of a study file, case by case in the order of the codes.

    Attributes:
        hashes: Content hashes of the photographs by path, as they were read.
    """

    def __init__(self, root: Path, protocol: Protocol, key: bytes, network: Network | None) -> None:
        self._root, self._protocol, self._key, self._network = root, protocol, key, network
        self.hashes: dict[str, str] = {}
        self._boxes: dict[str, Box] = {}

    def photographs(
        self, by_code: Mapping[str, CodedCase], report: Report
    ) -> Iterator[dict[str, Any]]:
        """Rows of photographs; sealed, of sizes that many share, with nothing but pixels."""
        for done, code in enumerate(sorted(by_code)):
            report(done, len(by_code), f"{done:,} of {len(by_code):,} cases")
            for number, image in enumerate(by_code[code].images):
                jpeg = self._encoded(image)
                sealed = seal(jpeg, self._key, photograph_name(code, number), _PHOTOGRAPH_STEP)
                yield {"code": code, "number": number, "sealed": sealed}

    def aids(self, by_code: Mapping[str, CodedCase]) -> Iterator[dict[str, Any]]:
        """Rows of aids; only after all photographs."""
        for code in sorted(by_code):
            for stage in sorted(self._protocol.stages):
                if stage != Stage.BLIND:
                    content = aid_to_bytes(self._aid(stage, by_code[code].images))
                    sealed = seal(content, self._key, aid_name(code, stage), _AID_STEP)
                    yield {"code": code, "stage": stage.value, "sealed": sealed}

    def _encoded(self, image: ImageRecord) -> bytes:
        """The photograph as JPEG, with nothing in it but pixels."""
        path = self._root / image.path
        data = read_bytes(path)
        self.hashes[image.path] = content_hash(data)
        try:
            pixels = decode(data)
        except ImageError as error:
            raise ImageError(error.reason, path) from None
        if self._network:
            size = pixels.shape[1], pixels.shape[0]
            self._boxes[image.path] = box_seen(data, size, self._network.preprocessing)
        options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        _, encoded = cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), options)
        return encoded.tobytes()

    def _aid(self, stage: Stage, images: Case) -> Aid:
        first = images[0]
        if stage == Stage.METADATA:
            return Metadata(first.age, first.sex, first.site)
        if stage == Stage.LABEL:
            return RecordedLabel(first.label, first.basis)
        assert self._network is not None  # `make_study` saw to it
        if stage == Stage.PROBABILITIES:
            return _probabilities(self._network, images)
        return self._heat_maps(self._network, images)

    def _heat_maps(self, network: Network, images: Case) -> HeatMaps:
        evidence = tuple(network.evidence(image.path) for image in images)
        boxes = tuple(self._boxes[image.path] for image in images)
        return HeatMaps(network.name, network.classes, evidence, boxes)


def _probabilities(network: Network, images: Case) -> Probabilities:
    nothing = np.full(len(network.classes), np.nan)
    rows = [network.probabilities.get(image.path, nothing) for image in images]
    return Probabilities(network.name, network.classes, np.array(rows, np.float64))
