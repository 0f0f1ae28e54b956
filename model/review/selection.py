"""Which cases a study asks about."""

import hashlib
from collections.abc import Sequence

from model.records import ImageRecord

Case = tuple[ImageRecord, ...]


def image_cases(images: Sequence[ImageRecord]) -> list[Case]:
    """Each image as a case of its own."""
    return [(image,) for image in images]


def lesion_cases(images: Sequence[ImageRecord], everything: Sequence[ImageRecord]) -> list[Case]:
    """The lesions of these images, each with all its photographs in `everything`.

    Images without a lesion id are lesions of their own.
    """
    photographs: dict[str, list[ImageRecord]] = {}
    for image in everything:
        photographs.setdefault(lesion_of(image), []).append(image)
    wanted = dict.fromkeys(lesion_of(image) for image in images)
    return [tuple(photographs[lesion]) for lesion in wanted]


def lesion_of(image: ImageRecord) -> str:
    """What tells an image's lesion from others: its id, or the path of an image without one."""
    # No lesion id holds a zero byte, so that a path never meets a lesion's id.
    return image.lesion_id or f"\0{image.path}"


def random_cases(cases: Sequence[Case], count: int, seed: int) -> list[Case]:
    """A random sample: the same for the same cases, whatever their order, and the same seed."""

    def rank(case: Case) -> bytes:
        return hashlib.sha256(f"{seed}\0{case[0].path}".encode("utf-8", "surrogateescape")).digest()

    return sorted(cases, key=rank)[:count]
