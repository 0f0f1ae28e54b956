"""Which lesions and photographs the demonstration has, and what its table says of them."""

from dataclasses import dataclass

import numpy as np

COLUMNS = ("lesion_id", "image_id", "dx", "dx_type", "age", "sex", "localization", "dataset")

# Shares roughly as in HAM10000 (Tschandl et al., Sci Data 2018), rare classes raised to a dozen.
IMAGES_OF_CLASS = {"nv": 170, "mel": 36, "bkl": 36, "bcc": 20, "akiec": 14, "df": 12, "vasc": 12}

# Shares of lesions with two and with three photographs in HAM10000; the others have one.
TWO_PHOTOGRAPHS, THREE_PHOTOGRAPHS = 0.19, 0.07

_BASES = {
    "nv": {"follow_up": 0.55, "histo": 0.37, "consensus": 0.08},
    "bkl": {"histo": 0.70, "consensus": 0.24, "confocal": 0.06},
    "df": {"consensus": 0.52, "histo": 0.48},
    "vasc": {"consensus": 0.53, "histo": 0.47},
}
_MEAN_AGE = {"nv": 46, "mel": 61, "bkl": 64, "bcc": 67, "akiec": 67, "df": 52, "vasc": 52}
_SEXES = {"male": 0.53, "female": 0.44, "unknown": 0.03}
_SITES_OF_TRUNK = {"back": 0.28, "trunk": 0.18, "abdomen": 0.12, "chest": 0.05}
_SITES_OF_LIMBS = {"lower extremity": 0.22, "upper extremity": 0.11, "foot": 0.02, "unknown": 0.02}
_SITES = {
    "nv": _SITES_OF_TRUNK | _SITES_OF_LIMBS,
    "mel": _SITES_OF_TRUNK | _SITES_OF_LIMBS | {"face": 0.06, "neck": 0.04},
    "bkl": {"face": 0.28, "back": 0.24, "upper extremity": 0.16, "trunk": 0.14, "scalp": 0.08},
    "bcc": {"face": 0.32, "back": 0.25, "lower extremity": 0.14, "chest": 0.12, "neck": 0.08},
    "akiec": {"face": 0.38, "lower extremity": 0.22, "upper extremity": 0.2, "hand": 0.1},
    "df": {"lower extremity": 0.65, "upper extremity": 0.25, "back": 0.1},
    "vasc": {"trunk": 0.35, "abdomen": 0.25, "lower extremity": 0.2, "back": 0.2},
}


@dataclass(frozen=True, slots=True)
class Lesion:
    """One made-up lesion.

    Attributes:
        number: From 1; with the seed it decides everything about how the lesion looks.
        diagnosis: Code as HAM10000 writes it, for example "nv".
        basis, age, sex, site: As in the columns dx_type, age, sex and localization.
        photographs: How many images show it, 1 to 3.
    """

    number: int
    diagnosis: str
    basis: str
    age: str
    sex: str
    site: str
    photographs: int

    @property
    def lesion_id(self) -> str:
        return f"DEMO_L{self.number:04d}"


@dataclass(frozen=True, slots=True)
class Photograph:
    """One image of the set: the `take`-th photograph (from 0) of a lesion."""

    number: int
    lesion: Lesion
    take: int
    part: int

    @property
    def image_id(self) -> str:
        return f"DEMO_{self.number:07d}"

    @property
    def path(self) -> str:
        return f"HAM10000_images_part_{self.part}/{self.image_id}.jpg"

    def row(self) -> tuple[str, ...]:
        """The line of the table, in the order of `COLUMNS`."""
        lesion = self.lesion
        facts = (lesion.diagnosis, lesion.basis, lesion.age, lesion.sex, lesion.site)
        return (lesion.lesion_id, self.image_id, *facts, "synthetic")


def plan(seed: int) -> tuple[Photograph, ...]:
    """All photographs of the set in the order of their image ids; the same for the same seed."""
    random = np.random.default_rng([seed, 0])
    lesions = _lesions(random)
    takes = [(lesion, take) for lesion in lesions for take in range(lesion.photographs)]
    order = random.permutation(len(takes))
    first_part = (len(takes) + 1) // 2
    return tuple(
        Photograph(number, *takes[int(chosen)], 1 if number <= first_part else 2)
        for number, chosen in enumerate(order, start=1)
    )


def _lesions(random: np.random.Generator) -> list[Lesion]:
    described = [
        (diagnosis, photographs)
        for diagnosis, images in IMAGES_OF_CLASS.items()
        for photographs in photographs_of_lesions(images)
    ]
    return [
        _lesion(random, number, *described[chosen])
        for number, chosen in enumerate(random.permutation(len(described)), start=1)
    ]


def photographs_of_lesions(images: int) -> list[int]:
    """How many photographs each lesion of a class has, so that they add up to `images`."""
    mean = 1 + TWO_PHOTOGRAPHS + 2 * THREE_PHOTOGRAPHS
    lesions = images / mean
    twos, threes = round(lesions * TWO_PHOTOGRAPHS), round(lesions * THREE_PHOTOGRAPHS)
    return [3] * threes + [2] * twos + [1] * (images - 2 * twos - 3 * threes)


def _lesion(random: np.random.Generator, number: int, diagnosis: str, photographs: int) -> Lesion:
    basis = _choice(random, _BASES.get(diagnosis, {"histo": 1.0}))
    age = 5 * round(float(np.clip(random.normal(_MEAN_AGE[diagnosis], 15), 5, 85)) / 5)
    return Lesion(
        number,
        diagnosis,
        basis,
        age="" if random.random() < 0.03 else f"{age}.0",
        sex=_choice(random, _SEXES),
        site=_choice(random, _SITES[diagnosis]),
        photographs=photographs,
    )


def _choice(random: np.random.Generator, shares: dict[str, float]) -> str:
    weights = np.array(list(shares.values()))
    return str(random.choice(list(shares), p=weights / weights.sum()))
