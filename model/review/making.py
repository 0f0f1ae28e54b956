"""Making a study: from a project's images to a file that tells nothing of them."""

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import UserError
from model.images import Box, Preprocessing, box_seen, content_hash, decode, read_bytes
from model.progress import Report, silent
from model.project.database import create_file
from model.project.project import Project
from model.records import ImageRecord
from model.review import studies
from model.review.aids import Aid, HeatMaps, Metadata, Probabilities, RecordedLabel, aid_to_bytes
from model.review.protocol import Protocol, Stage
from model.review.sealing import KEY_BYTES, seal
from model.review.selection import Case
from model.review.study_file import aid_name, photograph_name, reader_digests
from model.review.tables import STUDY, StudyError

_QUALITY = 95
_PHOTOGRAPH_STEP, _AID_STEP = 32 * 1024, 4 * 1024
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without those that look alike
_CODE_LENGTH = 8
_PARTS = 3


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


@dataclass(slots=True)
class _Shown:
    """A case with its codes and what its photographs turn out to be."""

    number: int
    images: Case
    codes: tuple[str, ...]
    parts: tuple[int, ...]
    hashes: list[str] = field(default_factory=list)


def make_study(
    project: Project,
    protocol: Protocol,
    cases: Sequence[Case],
    path: Path,
    *,
    network: Network | None = None,
    report: Report = silent,
) -> studies.StudyRecord:
    """Write a study file, and keep the key from its codes to the images in the project.

    Args:
        project: Whose images they are.
        protocol: How the study is read.
        cases: Each with its images (see `model.review.selection`).
        path: Of the study file; must not exist.
        network: Needed where a stage shows probabilities or heat maps.
        report: Told after each case.

    Raises:
        UserError: No cases, a photograph that cannot be read, nothing from the network where a
            stage needs it, or a file that cannot be written; there is no study then.
        Cancelled: From `report`; there is no study then.
    """
    _check(protocol, cases, network)
    identity, key = str(uuid.uuid4()), secrets.token_bytes(KEY_BYTES)
    shown = _with_codes(cases, protocol.repeats)
    created = dt.datetime.now(dt.UTC)
    about = {
        "id": 1,
        "identity": identity,
        "created": created.date().isoformat(),
        "protocol": protocol.for_readers(),
        "readers": reader_digests(identity, protocol.readers),
        "key": key,
    }
    by_code = {code: each for each in shown for code in each.codes}
    writer = _Writer(project.root, protocol, key, network)
    create_file(
        path.absolute(),
        STUDY,
        {
            "about": [about],
            "cases": _case_rows(shown),
            "photographs": writer.photographs(by_code, report),
            "aids": writer.aids(by_code),
        },
    )
    key_rows = [
        studies.KeyRow(each.number, each.codes, each.parts, _images(each)) for each in shown
    ]
    try:
        return studies.add(project, identity, created, protocol, path.absolute(), key_rows)
    except UserError:
        # A study file whose key is nowhere is of no use to anybody.
        path.unlink(missing_ok=True)
        raise


class _Writer:
    """Makes the rows of a study file, case by case in the order of the codes."""

    def __init__(self, root: Path, protocol: Protocol, key: bytes, network: Network | None) -> None:
        self._root, self._protocol, self._key, self._network = root, protocol, key, network
        self._boxes: dict[str, Box] = {}

    def photographs(
        self, by_code: Mapping[str, _Shown], report: Report
    ) -> Iterator[dict[str, Any]]:
        for done, code in enumerate(sorted(by_code)):
            report(done, len(by_code), f"{done:,} of {len(by_code):,} cases")
            case = by_code[code]
            case.hashes.clear()
            for number, image in enumerate(case.images):
                jpeg = self._encoded(image, case)
                sealed = seal(jpeg, self._key, photograph_name(code, number), _PHOTOGRAPH_STEP)
                yield {"code": code, "number": number, "sealed": sealed}

    def aids(self, by_code: Mapping[str, _Shown]) -> Iterator[dict[str, Any]]:
        for code in sorted(by_code):
            for stage in sorted(self._protocol.stages):
                if stage != Stage.BLIND:
                    content = aid_to_bytes(self._aid(stage, by_code[code].images))
                    sealed = seal(content, self._key, aid_name(code, stage), _AID_STEP)
                    yield {"code": code, "stage": stage.value, "sealed": sealed}

    def _encoded(self, image: ImageRecord, case: _Shown) -> bytes:
        """The photograph as JPEG, with nothing in it but pixels."""
        data = read_bytes(self._root / image.path)
        case.hashes.append(content_hash(data))
        pixels = decode(data)
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
        assert self._network is not None  # _check saw to it
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


def _check(protocol: Protocol, cases: Sequence[Case], network: Network | None) -> None:
    if not cases:
        raise StudyError("No cases are chosen; choose some first.")
    if not protocol.stages or len(set(protocol.stages)) != len(protocol.stages):
        raise StudyError("A study needs stages, each of them once.")
    if not protocol.questions:
        raise StudyError("A study needs a question.")
    needed = {Stage.PROBABILITIES, Stage.HEAT_MAP} & set(protocol.stages)
    if needed and network is None:
        raise StudyError(
            f"The stage '{min(needed)}' shows what a classifier found: classify the images first."
        )


def _with_codes(cases: Sequence[Case], repeats: float) -> list[_Shown]:
    """Cases with random codes; those that are shown twice have two, in the outer parts."""
    chance = secrets.SystemRandom()
    twice = set(chance.sample(range(len(cases)), round(repeats * len(cases))))
    codes = _codes(len(cases) + len(twice))
    parts = _parts(len(cases), len(twice), chance)
    shown = []
    for number, images in enumerate(cases):
        count = 2 if number in twice else 1
        place = (0, _PARTS - 1) if number in twice else (parts.pop(),)
        if count == 2 and chance.random() < 0.5:
            place = place[::-1]
        shown.append(_Shown(number, images, tuple(codes.pop() for _ in range(count)), place))
    return shown


def _codes(count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        found.add("".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH)))
    return list(found)


def _parts(cases: int, twice: int, chance: secrets.SystemRandom) -> list[int]:
    """Parts for the cases that are shown once, so that all parts are equally long."""
    once = cases - twice
    if not twice:
        return [0] * once
    each = (once + 2 * twice) / _PARTS
    outer = max(0, round(each - twice))
    first = min(outer, once // 2)
    parts = [0] * first + [_PARTS - 1] * first + [1] * (once - 2 * first)
    chance.shuffle(parts)
    return parts


def _case_rows(shown: Sequence[_Shown]) -> list[dict[str, Any]]:
    pairs = [pair for each in shown for pair in zip(each.codes, each.parts, strict=True)]
    return [{"code": code, "part": part} for code, part in sorted(pairs)]


def _images(shown: _Shown) -> tuple[tuple[str, str], ...]:
    return tuple(
        (image.path, hash_) for image, hash_ in zip(shown.images, shown.hashes, strict=True)
    )
