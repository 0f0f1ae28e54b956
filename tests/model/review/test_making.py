"""A study file holds what readers may know, and nothing else."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.errors import UserError
from model.images import decode
from model.progress import Cancelled
from model.project.project import Project
from model.records import ImageRecord
from model.review import studies
from model.review.aids import HeatMaps, Metadata, Probabilities, RecordedLabel
from model.review.making import make_study
from model.review.protocol import Stage
from model.review.selection import image_cases, lesion_cases, random_cases
from model.review.sitting import Sitting
from model.review.study_file import Study
from model.review.tables import ReadingsError, StudyError
from tests.conftest import write_jpeg
from tests.model.review.conftest import ALL_STAGES, network, protocol


def made(project: Project, path: Path, **changes: object) -> Study:
    asked = protocol(**changes)
    images = project.images()
    cases = lesion_cases(images, images) if asked.by_lesion else image_cases(images)
    make_study(project, asked, cases, path, network=network(project))
    return Study.open(path)


@pytest.fixture
def large(tmp_path: Path) -> Project:
    """Thirty images of as many lesions."""
    root = tmp_path / "thirty"
    for number in range(30):
        write_jpeg(root / f"ISIC_{number:07}.jpg", seed=number)
    project = Project.create(tmp_path / "large.secondlook", root, "Plain folder")
    files = sorted(root.iterdir())
    project.update_images(
        [ImageRecord(path.name, path.stem, path.stat().st_size, 1) for path in files]
    )
    return project


def markers(jpeg: bytes) -> list[int]:
    """The kinds of segments before the pixels (ITU-T T.81, Annex B)."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def test_that_no_file_name_lesion_label_or_fact_is_in_the_file(
    project: Project, tmp_path: Path
) -> None:
    changes = {"stages": ALL_STAGES, "selection": "label MEL", "readers": ("Anna", "Boris")}
    made(project, tmp_path / "s.study", **changes).close()
    content = (tmp_path / "s.study").read_bytes()
    withheld = {"Anna", "Boris", "label MEL", "selection", "repeats", str(tmp_path), "tiny"}
    for image in project.images():
        facts = (image.image_id, image.path, image.lesion_id, image.basis, image.sex, image.site)
        withheld |= {fact for fact in facts if fact}
    for word in withheld:
        assert word.encode() not in content, word
        assert word.encode("utf-16-le") not in content, word
    assert b"JFIF" not in content, "photographs are sealed too"


def test_that_photographs_keep_their_pixels_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "photographs"
    root.mkdir()
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :30] = 200
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "melanoma of Mrs X", 6
    picture = Image.fromarray(pixels)
    picture.save(
        root / "mel_1.jpg", quality=95, exif=exif, comment=b"melanoma", icc_profile=b"profile"
    )
    project = Project.create(tmp_path / "p.secondlook", root, "Plain folder")
    project.update_images([ImageRecord("mel_1.jpg", "mel_1", 1, 1)])
    study = made(project, tmp_path / "s.study")
    (code,) = study.order("Anna")
    jpeg = study.photograph(code, 0)
    assert b"melanoma" not in jpeg
    assert b"Exif" not in jpeg
    # APP0 (JFIF), quantisation and Huffman tables and the frame; no comment, no other APP.
    assert set(markers(jpeg)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    # Orientation 6 is undone by a turn to the right.
    expected = np.rot90(pixels, -1)
    assert np.abs(decode(jpeg).astype(int) - expected).mean() < 3
    study.close()
    project.close()


def test_that_real_photographs_of_all_kinds_lose_what_they_carry(
    real_data: Path, tmp_path: Path
) -> None:
    root = real_data / "uda1_originals"
    files = sorted(root.glob("*.jp*g"))[::6]
    carrying = [path for path in files if set(markers(path.read_bytes())) - {0xE0, 0xDB}]
    assert carrying
    project = Project.create(tmp_path / "p.secondlook", root, "Plain folder")
    project.update_images([ImageRecord(path.name, path.stem, 1, 1) for path in files])
    study = made(project, tmp_path / "s.study")
    sizes = sorted(decode(path.read_bytes()).shape for path in files)
    jpegs = [study.photograph(code, 0) for code in study.order("Anna")]
    assert sorted(decode(jpeg).shape for jpeg in jpegs) == sizes
    for jpeg in jpegs:
        assert set(markers(jpeg)) <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert not Image.open(io.BytesIO(jpeg)).getexif()
    study.close()
    project.close()


def test_that_aids_come_stage_by_stage_as_they_went_in(project: Project, tmp_path: Path) -> None:
    study = made(project, tmp_path / "s.study", stages=ALL_STAGES)
    key = {row.codes[0]: row for row in studies.load_key(project, 1)}
    images = {image.path: image for image in project.images()}
    for code in study.order("Anna"):
        image = images[key[code].images[0][0]]
        assert study.aid(code, Stage.BLIND) is None
        facts = study.aid(code, Stage.METADATA)
        assert facts == Metadata(image.age, image.sex, image.site)
        assert study.aid(code, Stage.LABEL) == RecordedLabel(image.label, image.basis)
        shares, maps = study.aid(code, Stage.PROBABILITIES), study.aid(code, Stage.HEAT_MAP)
        assert isinstance(shares, Probabilities)
        assert shares.values.tolist() == [[0.4, *[0.1] * 6]]
        assert isinstance(maps, HeatMaps)
        assert maps.boxes == ((0, 0, 120, 90),)
        expected = np.linspace(-1, 1, 63).reshape(3, 3, 7)
        np.testing.assert_allclose(maps.evidence[0], expected, atol=1e-3)
    study.close()


def test_that_a_stage_that_is_not_asked_about_is_not_in_the_file(
    project: Project, tmp_path: Path
) -> None:
    study = made(project, tmp_path / "s.study", stages=(Stage.BLIND, Stage.METADATA))
    code = study.order("Anna")[0]
    for stage in (Stage.PROBABILITIES, Stage.HEAT_MAP, Stage.LABEL):
        with pytest.raises(KeyError):
            study.aid(code, stage)
    study.close()


def test_that_each_reader_has_an_order_of_their_own_that_stays(
    project: Project, tmp_path: Path
) -> None:
    study = made(project, tmp_path / "s.study")
    orders = {study.order(name) for name in "ABCDEFGH"}
    assert len(orders) == 8
    assert study.order("Anna  Berg") == study.order("anna berg")
    with closing(Study.open(tmp_path / "s.study")) as again:
        assert again.order("A") == study.order("A")
    study.close()


def test_that_repeats_have_codes_and_bytes_of_their_own_and_come_at_a_distance(
    large: Project, tmp_path: Path
) -> None:
    study = made(large, tmp_path / "s.study", repeats=0.2)
    twice = [row.codes for row in studies.load_key(large, 1) if len(row.codes) == 2]
    assert (len(twice), study.size) == (6, 36)
    firsts = 0
    for reader in map(str, range(40)):
        order = study.order(reader)
        assert sorted(order) == sorted(study.order("Anna"))
        distances = [abs(order.index(one) - order.index(other)) for one, other in twice]
        assert min(distances) > 36 // 3
        firsts += order.index(twice[0][0]) < order.index(twice[0][1])
    assert 5 < firsts < 35, "half of the readers begin at the other end"
    for one, other in twice:
        assert study.photograph(one, 0) == study.photograph(other, 0)
    with closing(study._database._engine.raw_connection()) as connection:
        rows = connection.execute("SELECT code, sealed FROM photographs ORDER BY rowid").fetchall()
    assert [code for code, _ in rows] == sorted(code for code, _ in rows)
    assert len({sealed for _, sealed in rows}) == 36
    assert {len(sealed) % 32768 for _, sealed in rows} == {0}
    study.close()
    large.close()


def test_that_half_of_the_cases_may_be_repeats_and_no_more(large: Project, tmp_path: Path) -> None:
    study = made(large, tmp_path / "s.study", repeats=0.5)
    twice = [row.codes for row in studies.load_key(large, 1) if len(row.codes) == 2]
    order = study.order("Anna")
    assert len(twice) == 15
    assert min(abs(order.index(one) - order.index(other)) for one, other in twice) > 15
    study.close()
    with pytest.raises(StudyError, match="second time"):
        made(large, tmp_path / "t.study", repeats=0.6)
    large.close()


def test_that_two_studies_of_the_same_images_have_no_code_in_common(
    project: Project, tmp_path: Path
) -> None:
    one, other = made(project, tmp_path / "1.study"), made(project, tmp_path / "2.study")
    assert not set(one.order("A")) & set(other.order("A"))
    one.close()
    other.close()


def test_that_a_lesion_is_a_case_with_all_its_photographs(project: Project, tmp_path: Path) -> None:
    study = made(project, tmp_path / "s.study", by_lesion=True)
    counts = sorted(study.photograph_count(code) for code in study.order("A"))
    assert counts == [1] * 7 + [2]
    rows = [row for row in studies.load_key(project, 1) if len(row.images) == 2]
    names = [path.rsplit("/", 1)[-1] for path, _ in rows[0].images]
    assert names == ["ISIC_0000001.jpg", "ISIC_0000002.jpg"]
    study.close()


def test_that_a_sample_depends_on_the_seed_and_not_on_the_order(project: Project) -> None:
    cases = image_cases(project.images())
    chosen = random_cases(cases, 4, seed=1)
    assert random_cases(cases[::-1], 4, seed=1) == chosen
    assert random_cases(cases, 4, seed=2) != chosen
    assert len(chosen) == len(set(chosen)) == 4


def test_that_only_named_readers_are_admitted(project: Project, tmp_path: Path) -> None:
    study = made(project, tmp_path / "s.study", readers=("Anna", "B 7"))
    assert study.admits(" ANNA ")
    with pytest.raises(ReadingsError, match="not a reader of this study"):
        Sitting.open(study, "Carl")
    study.close()


def test_that_an_unreadable_photograph_is_named_and_leaves_no_study(
    project: Project, tmp_path: Path
) -> None:
    path = project.root / project.images()[4].path
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(UserError, match=path.name):
        made(project, tmp_path / "out" / "s.study")
    assert list((tmp_path / "out").iterdir()) == []
    assert studies.load(project) == []


def test_that_cancelling_leaves_no_study(project: Project, tmp_path: Path) -> None:
    def stop(done: int, _total: int, _message: str) -> None:
        if done == 3:
            raise Cancelled

    cases = image_cases(project.images())
    with pytest.raises(Cancelled):
        make_study(project, protocol(), cases, tmp_path / "out" / "s.study", report=stop)
    assert list((tmp_path / "out").iterdir()) == []
    assert studies.load(project) == []


def test_that_an_existing_file_is_never_replaced(project: Project, tmp_path: Path) -> None:
    (tmp_path / "s.study").write_text("mine")
    with pytest.raises(StudyError, match="exists already"):
        made(project, tmp_path / "s.study")
    assert (tmp_path / "s.study").read_text() == "mine"


def test_that_a_stage_without_predictions_says_what_to_do(project: Project, tmp_path: Path) -> None:
    asked = protocol(stages=(Stage.BLIND, Stage.HEAT_MAP))
    cases = image_cases(project.images())
    with pytest.raises(StudyError, match=r"9 of 9 images have no prediction.*classify"):
        make_study(project, asked, cases, tmp_path / "s.study")
    with pytest.raises(StudyError, match="No cases"):
        make_study(project, asked, [], tmp_path / "s.study")


def test_that_a_damaged_photograph_is_not_shown(study: Study) -> None:
    code = study.order("A")[0]
    study.close()
    with closing(sqlite3.connect(study.path)) as file, file:
        query = "SELECT sealed FROM photographs WHERE code = ?"
        (sealed,) = file.execute(query, [code]).fetchone()
        harmed = sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:]
        file.execute("UPDATE photographs SET sealed = ? WHERE code = ?", [harmed, code])
    with closing(Study.open(study.path)) as damaged, pytest.raises(UserError, match="damaged"):
        damaged.photograph(code, 0)
