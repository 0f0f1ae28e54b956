"""Classifies a place until it is done or killed: `python -m ... FOLDER CLASSIFIER`."""

import sys
from pathlib import Path

from model.classifier.classifier import Classifier
from model.inference.run import classify_images
from tests.model.inference.places import Place


def tell(finished: object) -> None:
    sys.stdout.write(f"stored {len(finished)}\n")  # type: ignore[arg-type]
    sys.stdout.flush()


if __name__ == "__main__":
    place = Place.reopen(Path(sys.argv[1]))
    classifier = Classifier.load(Path(sys.argv[2]))
    classify_images(place.project, place.cache, classifier, on_results=tell)
    sys.stdout.write("done\n")
