"""The names that tables and files give to one image, made equal."""

import re

from model.catalogue.walking import is_image_name, stem_of

# ISIC 2019 names its reduced copies so; other tables have the same photograph without it.
_DOWNSAMPLED = "_downsampled"
# Cameras and people number every folder from 1.
_COUNTED = re.compile(r"(img|image|dsc[nf]?|pict?|p|photo|foto|bild|scan)?[ _-]?\d+")


def image_id_of(cell: str) -> str:
    """The image id in a table's cell: without folders, and without the ending of a file."""
    name = cell.replace("\\", "/").rpartition("/")[2] if "/" in cell or "\\" in cell else cell
    return stem_of(name) if "." in name and is_image_name(name) else name


def join_key(image_id: str) -> str:
    """What images are joined by: systems differ in case, data sets in `_downsampled`."""
    return image_id.casefold().removesuffix(_DOWNSAMPLED)


def is_counted(key: str) -> bool:
    """Whether a `join_key` is but a number in a folder, which other folders have as well."""
    return bool(_COUNTED.fullmatch(key))
