"""Putting the rows of a table into an order."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.catalogue.predictions import NONE
from model.catalogue.table import ImageTable
from model.taxonomy import class_order

Ranks = NDArray[np.float64]

# From the firmest to the weakest.
_BASES = ("histology", "confocal", "follow-up", "consensus")


class SortKey(StrEnum):
    """What images can be sorted by."""

    FILE = "file"
    IMAGE_ID = "image id"
    LABEL = "label"
    PREDICTION = "prediction"
    CONFIDENCE = "confidence"
    AGREEMENT = "agreement"
    LESION = "lesion"
    BASIS = "basis"
    AGE = "age"
    SEX = "sex"
    SITE = "site"
    LABEL_PROBABILITY = "label probability"


def sorted_rows(
    table: ImageTable, mask: NDArray[np.bool_], key: SortKey, descending: bool = False
) -> NDArray[np.intp]:
    """The rows of the mask in order, intp.

    Rows that are equal keep the catalogue's order, rows without a value come last, whether
    descending or not. By agreement, those that differ come first; by label probability, the
    labels that the classifier believes least.
    """
    rows = np.flatnonzero(mask)
    ranks = _RANKS[key](table)[rows]
    # NaN sorts last, also after the sign is turned.
    return rows[np.argsort(-ranks if descending else ranks, kind="stable")]


def _file(table: ImageTable) -> Ranks:
    return np.arange(len(table), dtype=np.float64)


def _prediction(table: ImageTable) -> Ranks:
    codes = table.predictions.classes
    order = sorted(range(len(codes)), key=lambda at: class_order(codes[at]))
    ranks = np.full(len(codes) + 1, np.nan)
    ranks[order] = np.arange(len(codes))
    return ranks[table.predictions.best]


def _agreement(table: ImageTable) -> Ranks:
    agreement = table.predictions.agreement
    return np.where(agreement == NONE, np.nan, agreement.astype(np.float64))


def _basis_order(basis: str) -> tuple[int, str]:
    return (_BASES.index(basis) if basis in _BASES else len(_BASES)), basis


def _plain(word: str) -> Any:
    return word


_RANKS: dict[SortKey, Callable[[ImageTable], Ranks]] = {
    SortKey.FILE: _file,
    SortKey.IMAGE_ID: ImageTable.image_id_ranks,
    SortKey.LABEL: lambda table: table.labels.ranks(class_order),
    SortKey.PREDICTION: _prediction,
    SortKey.CONFIDENCE: lambda table: table.confidence.astype(np.float64),
    SortKey.AGREEMENT: _agreement,
    SortKey.LESION: lambda table: table.lesions.ranks(_plain),
    SortKey.BASIS: lambda table: table.bases.ranks(_basis_order),
    SortKey.AGE: lambda table: table.age,
    SortKey.SEX: lambda table: table.sexes.ranks(_plain),
    SortKey.SITE: lambda table: table.sites.ranks(_plain),
    SortKey.LABEL_PROBABILITY: lambda table: table.predictions.of_label(table.labels),
}
