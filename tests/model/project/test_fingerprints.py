import hashlib
from contextlib import closing
from pathlib import Path

import pytest

from model.catalogue.listing import list_images
from model.progress import Cancelled
from model.project.fingerprints import fingerprint
from model.project.locations import open_or_create
from model.project.project import Project


def listed(root: Path) -> Project:
    project = open_or_create(root)
    for batch in list_images(root):
        project.update_images(list(batch.images))
    return project


def test_that_every_readable_image_gets_the_sha_256_of_its_bytes(small_ham10000: Path) -> None:
    empty = small_ham10000 / "HAM10000_images_part_1" / "ISIC_0000001.jpg"
    empty.write_bytes(b"")
    with closing(listed(small_ham10000)) as project:
        assert fingerprint(project) == 8
        hashes = project.hashes()
        assert len(hashes) == 8
        for path, content in hashes.items():
            assert content == hashlib.sha256((small_ham10000 / path).read_bytes()).hexdigest()
        assert fingerprint(project) == 0


def test_that_what_was_read_before_stopping_is_kept(small_ham10000: Path) -> None:
    def stop_after_three(done: int, _total: int, _message: str) -> None:
        if done == 3:
            raise Cancelled

    with closing(listed(small_ham10000)) as project:
        with pytest.raises(Cancelled):
            fingerprint(project, stop_after_three)
        assert len(project.hashes()) == 3
