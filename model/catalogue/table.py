"""All images of a data set as columns, which filters and sorts read in milliseconds."""

import operator
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from model.catalogue.categories import Categories
from model.catalogue.predictions import AGREEMENTS, PredictionColumns
from model.records import ImageRecord
from model.taxonomy import CLASSES, lesion_class

Words = NDArray[np.object_]
_WORDS_REMEMBERED = 32


def folded(text: str) -> str:
    """Text as it is compared in searches: without case, and with accents written one way."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


_CODES = frozenset(folded(each.code) for each in CLASSES)


class ImageTable:
    """A table that grows as a listing goes on. Rows keep their numbers.

    Attributes:
        records: The images, one for each row.
        labels, bases, lesions, sexes, sites, sources: Columns of words as numbers.
        predictions: What a classifier says.
    """

    def __init__(self) -> None:
        self.records: list[ImageRecord] = []
        self.labels = Categories()
        self.bases = Categories()
        self.lesions = Categories()
        self.sexes = Categories()
        self.sites = Categories()
        self.sources = Categories()
        self.predictions = PredictionColumns()
        self._texts: list[str] = []
        self._found: dict[str, NDArray[np.bool_]] = {}
        self._image_id_ranks: NDArray[np.float64] | None = None
        self._ages = np.zeros(0)
        self._rows_by_path: dict[str, int] = {}
        self._failures: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.records)

    def extend(self, records: Sequence[ImageRecord]) -> None:
        """Add images as rows at the end."""
        first = len(self.records)
        self.records.extend(records)
        self.labels.extend([image.label for image in records])
        self.bases.extend([image.basis for image in records])
        self.lesions.extend([image.lesion_id for image in records])
        self.sexes.extend([image.sex for image in records])
        self.sites.extend([image.site for image in records])
        self.sources.extend([image.source for image in records])
        ages = [np.nan if image.age is None else image.age for image in records]
        self._ages = np.concatenate((self._ages, np.array(ages, np.float64)))
        self._rows_by_path |= {image.path: first + at for at, image in enumerate(records)}
        self._texts.extend(_search_text(image) for image in records)
        self.predictions.grow(self.labels)
        self._image_id_ranks = None
        self._found.clear()

    def set_predictions(self, classes: Sequence[str], probabilities: NDArray[np.float32]) -> None:
        """Show this classifier's predictions, and no others; failures are forgotten.

        Args:
            classes: Codes in the classifier's order.
            probabilities: float32 [rows, C] in 0..1, NaN rows where there is no prediction.

        Raises:
            ValueError: The shape is not rows x classes.
        """
        self.predictions.replace(classes, probabilities, self.labels)
        self._failures.clear()

    def set_prediction(self, row: int, probabilities: NDArray[np.float32]) -> None:
        """Show a new prediction [C] of the same classifier; its failure is forgotten."""
        self.set_predictions_of([row], probabilities[None])

    def set_predictions_of(self, rows: Sequence[int], probabilities: NDArray[np.float32]) -> None:
        """Show new predictions [n, C] of the same classifier in these rows."""
        self.predictions.set_rows(np.array(rows, np.intp), probabilities, self.labels)
        for row in rows:
            self._failures.pop(row, None)

    def set_failures(self, reasons: Mapping[int, str]) -> None:
        """Say why these rows have no prediction; others keep what was said of them."""
        self._failures.update(reasons)

    def row_of_path(self, path: str) -> int | None:
        """The row of the image with this path, None where there is none."""
        return self._rows_by_path.get(path)

    def images_of_lesion(self, lesion_id: str) -> NDArray[np.intp]:
        """Rows of all photographs of a lesion; none for ""."""
        number = self.lesions.known(lesion_id) if lesion_id else -1
        return np.flatnonzero(self.lesions.codes == number)

    def containing(self, word: str) -> NDArray[np.bool_]:
        """Rows that hold a `folded` word in path, ids, label, class name or site, bool [rows].

        The code of a class means that class alone: "mel" finds no melanocytic nevus. The last
        words are remembered: a text stays while the user tries other filters.
        """
        found = self._found.get(word)
        if found is None:
            if len(self._found) >= _WORDS_REMEMBERED:
                self._found.clear()
            # Python's own search is several times as fast here as numpy's for strings.
            sought = f"\n{word}\n" if word in _CODES else word
            matches = map(operator.contains, self._texts, repeat(sought))
            found = self._found[word] = np.fromiter(matches, bool, len(self._texts))
        return found

    def image_id_ranks(self) -> NDArray[np.float64]:
        """Places of the rows when sorted by image id, float64 [rows]; kept until rows come."""
        if self._image_id_ranks is None:
            ids = [image.image_id for image in self.records]
            # Ids are nearly in order in most catalogues, which Python's sort is made for.
            order = sorted(range(len(ids)), key=ids.__getitem__)
            self._image_id_ranks = np.empty(len(ids))
            self._image_id_ranks[order] = np.arange(len(ids))
        return self._image_id_ranks

    @property
    def path(self) -> Words:
        return _objects([image.path for image in self.records])

    @property
    def image_id(self) -> Words:
        return _objects([image.image_id for image in self.records])

    @property
    def label(self) -> Words:
        return self.labels.words()

    @property
    def basis(self) -> Words:
        return self.bases.words()

    @property
    def lesion_id(self) -> Words:
        return self.lesions.words()

    @property
    def age(self) -> NDArray[np.float64]:
        """Years, NaN where unknown, float64 [rows]."""
        return self._ages

    @property
    def sex(self) -> Words:
        return self.sexes.words()

    @property
    def site(self) -> Words:
        return self.sites.words()

    @property
    def source(self) -> Words:
        return self.sources.words()

    def predicted_of(self, row: int) -> str:
        """Code of the row's most probable class, "" where there is no prediction."""
        best = int(self.predictions.best[row])
        return self.predictions.classes[best] if best >= 0 else ""

    def agreement_of(self, row: int) -> str:
        """Either "agrees", "differs", or "" where label or prediction is missing."""
        return AGREEMENTS[self.predictions.agreement[row]]

    @property
    def predicted(self) -> Words:
        """Code of the most probable class, "" where there is no prediction, object [rows]."""
        return self.predictions.predicted()

    @property
    def confidence(self) -> NDArray[np.float32]:
        """Probability of the most probable class, NaN where none, float32 [rows]."""
        return self.predictions.confidence

    @property
    def agreement(self) -> Words:
        """Either "agrees", "differs", or "" where label or prediction is missing, object [rows]."""
        return np.array(AGREEMENTS, object)[self.predictions.agreement]

    @property
    def failure(self) -> Words:
        """Why a row has no prediction, "" where nothing failed, object [rows]."""
        reasons = np.full(len(self), "", object)
        for row, reason in self._failures.items():
            reasons[row] = reason
        return reasons

    def failure_of(self, row: int) -> str:
        """Why this row has no prediction, "" where nothing failed."""
        return self._failures.get(row, "")


def _objects(words: Sequence[str]) -> Words:
    column = np.empty(len(words), object)
    column[:] = words
    return column


@cache
def _class_name(label: str) -> str:
    return lesion_class(label).name if label else ""


def _search_text(image: ImageRecord) -> str:
    # Lines keep a word from being found across the end of one part and the start of the next.
    name = _class_name(image.label)
    parts = (image.path, image.image_id, image.lesion_id, image.label, name, image.site)
    return folded("\n".join(parts))
