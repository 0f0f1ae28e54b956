"""A data set of 25,331 images: tables of ISIC 2019, and for each row a photograph of HAM10000."""

import csv
import shutil
from itertools import cycle
from pathlib import Path

TABLES = ("ISIC_2019_Training_GroundTruth.csv", "ISIC_2019_Training_Metadata.csv")
FOLDER = "ISIC_2019_Training_Input"


def write_many_images(data: Path, root: Path) -> Path:
    """Lay it out below `root` as ISIC does, with links to the photographs; returns `root`."""
    photographs = cycle(sorted((data / "ham10000").rglob("*.jpg")))
    (root / FOLDER).mkdir(parents=True)
    for name in TABLES:
        shutil.copyfile(data / "isic2019" / name, root / name)
    with (root / TABLES[0]).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            (root / FOLDER / f"{row['image']}.jpg").symlink_to(next(photographs))
    return root
