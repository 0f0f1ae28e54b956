"""One photograph of the plan, painted: skin, lesion, camera."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from painting.dermal import dermatofibroma, vascular
from painting.fields import Field, Random
from painting.keratinocytic import actinic_keratosis, basal_cell_carcinoma, benign_keratosis
from painting.melanocytic import melanoma, nevus
from painting.optics import Tissue, colour, grown, laid_on
from painting.photograph import Camera, camera, jpeg, photograph
from painting.plan import Lesion, Photograph
from painting.skin import skin, tone

_PAINTERS: dict[str, Callable[[Random, Tissue], None]] = {
    "nv": nevus,
    "mel": melanoma,
    "bkl": benign_keratosis,
    "bcc": basal_cell_carcinoma,
    "akiec": actinic_keratosis,
    "df": dermatofibroma,
    "vasc": vascular,
}


def paint(seed: int, planned: Photograph) -> bytes:
    """The JPEG file of one photograph.

    It depends on the seed, the lesion and the take alone, so that any image can be drawn by itself.
    """
    canvas, equipment = _canvas(seed, planned.lesion)
    random = np.random.default_rng([seed, planned.lesion.number, planned.take + 1])
    return jpeg(photograph(random, canvas, equipment))


@lru_cache(maxsize=1)
def _canvas(seed: int, lesion: Lesion) -> tuple[Field, Camera]:
    random = np.random.default_rng([seed, lesion.number])
    equipment = camera(random)
    base = tone(random)
    around = skin(random, lesion.site)
    lesion_itself = Tissue()
    _PAINTERS[lesion.diagnosis](random, lesion_itself)
    whole = laid_on(around, grown(random, lesion_itself))
    return colour(base, whole), equipment
