"""Draws the demonstration data set: synthetic photographs of skin lesions, laid out like HAM10000.

No patient was photographed for it, and it is not for training or measuring anything. The same seed
gives the same set.

    python resources/demo/draw.py [--out DIR] [--seed N] [--only IMAGE_ID ...]
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from painting.paint import paint
from painting.plan import COLUMNS, Photograph, plan

DEFAULT_SEED = 2018
DEFAULT_FOLDER = Path(__file__).resolve().parent / "demonstration"


def draw(folder: Path, seed: int, only: Sequence[str] = ()) -> int:
    """Write the set, or the images named in `only`, into `folder`; gives the number of images."""
    photographs = plan(seed)
    chosen = [each for each in photographs if not only or each.image_id in only]
    # Photographs of one lesion follow each other, so that it is painted once.
    for each in sorted(chosen, key=lambda one: (one.lesion.number, one.take)):
        path = folder / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(paint(seed, each))
    if not only:
        write_table(folder / "HAM10000_metadata.csv", photographs)
    return len(chosen)


def write_table(path: Path, photographs: Sequence[Photograph]) -> None:
    """The metadata table, ordered by image id."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(each.row() for each in photographs)


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description="Draw the synthetic demonstration data set.")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, help="folder to write into")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed, another set")
    parser.add_argument("--only", nargs="+", default=(), help="draw only these image ids")
    arguments = parser.parse_args()
    unknown = set(arguments.only) - {each.image_id for each in plan(arguments.seed)}
    if unknown:
        parser.error(f"the set has no image {', '.join(sorted(unknown))}")
    count = draw(arguments.out, arguments.seed, arguments.only)
    print(f"{count} images drawn into {arguments.out}")


if __name__ == "__main__":
    main()
