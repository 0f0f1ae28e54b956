"""Several tables about the same images, and what is wrong with their rows."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.catalogue.batches import CatalogueError
from model.catalogue.formats import FORMATS
from model.catalogue.image_ids import join_key
from model.catalogue.listing import list_images, recognise
from model.catalogue.mapping import ColumnMapping, MappedTable
from model.catalogue.rows import Rows, read_rows
from model.catalogue.sources import Sources
from model.records import Problem, ProblemKind

Tree = Callable[..., Path]
Listed = Callable[[Path], Any]

HAM = "lesion_id,image_id,dx,dx_type,age,sex,localization"
TRUTH = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"
METADATA = "image,age_approx,anatom_site_general,lesion_id,sex"


@pytest.fixture(scope="module")
def isic_2019(real_data: Path) -> Rows:
    return read_rows(recognise(real_data / "isic2019").tables)


def test_that_isic_2019_has_its_published_classes(isic_2019: Rows) -> None:
    """Expected counts: the data set's description, ISIC 2019 challenge."""
    facts = [isic_2019.facts(key) for key in isic_2019.all_keys]
    labels = Counter(each.label for each in facts if each and each.label)
    assert labels == {
        "NV": 12875,
        "MEL": 4522,
        "BCC": 3323,
        "BKL": 2624,
        "AK": 867,
        "SCC": 628,
        "VASC": 253,
        "DF": 239,
    }
    assert labels.total() == 25_331
    assert len(facts) == 25_331 + 8_238  # training and test


def test_that_isic_2019_has_its_lesions_and_metadata(isic_2019: Rows) -> None:
    facts = [isic_2019.facts(key) for key in isic_2019.all_keys]
    training = [each for each in facts if each and each.label]
    lesions = Counter(each.lesion_id for each in training)
    assert lesions.pop("") == 2084
    assert len(lesions) == 11_847
    several = [count for count in lesions.values() if count > 1]
    assert (len(several), sum(several), max(several)) == (5059, 16_459, 31)
    prefixes = Counter(each.lesion_id.partition("_")[0] for each in training)
    assert prefixes == {"BCN": 12413, "HAM": 10015, "MSK4": 819, "": 2084}
    assert sum(each.age is None for each in training) == 437
    assert Counter(each.sex for each in training) == {"male": 13286, "female": 11661, "": 384}
    assert sum(not each.site for each in training) == 2631


def test_that_ham10000s_akiec_is_in_isic_2019_image_by_image_ak_or_scc(isic_2019: Rows) -> None:
    facts = (isic_2019.facts(key) for key in isic_2019.all_keys)
    ham = [each for each in facts if each and each.lesion_id.startswith("HAM_")]
    labels = Counter(each.label for each in ham)
    assert (labels["AK"], labels["SCC"]) == (130, 197)
    assert labels["AK"] + labels["SCC"] == 327  # HAM10000's akiec


def test_that_tables_without_any_image_are_told_of_in_a_sentence_each(real_data: Path) -> None:
    problems: list[Problem] = []
    with pytest.raises(CatalogueError, match="No images"):
        problems.extend(each for b in list_images(real_data / "isic2019") for each in b.problems)
    assert [problem.path for problem in problems] == [
        "ISIC_2019_Training_GroundTruth.csv",
        "ISIC_2019_Test_Metadata.csv",
    ]
    assert "25,331" in problems[0].reason


def test_that_ham10000_and_isic_2019_agree_but_for_a_handful(
    real_data: Path, real_ham10000: Path
) -> None:
    """What makers of one set wrote in the words of the other is no contradiction."""
    tables = (*recognise(real_ham10000).tables, *recognise(real_data / "isic2019").tables)
    rows = read_rows(tables)
    paths = {key: key for key in rows.all_keys}
    problems = list(rows.problems(paths))
    assert {problem.kind for problem in problems} <= {ProblemKind.CONTRADICTING}
    assert len({problem.path for problem in problems}) < 50
    assert not any("label" in problem.reason for problem in problems)
    assert not any("site" in problem.reason for problem in problems)


@pytest.fixture
def two_tables(tree: Tree) -> Callable[[str, str, str], Path]:
    """Makes a folder with one row of HAM10000 and one each of ISIC 2019's two tables."""

    def make(ham: str, truth: str, metadata: str) -> Path:
        root = tree("ISIC_1.jpg")
        (root / "ham.csv").write_text(f"{HAM}\n{ham}\n")
        (root / "truth.csv").write_text(f"{TRUTH}\n{truth}\n")
        (root / "more.csv").write_text(f"{METADATA}\n{metadata}\n")
        return root

    return make


def test_that_tables_that_contradict_are_listed_with_what_each_says(
    two_tables: Any, listed: Listed
) -> None:
    root = two_tables(
        "HAM_1,ISIC_1,nv,histo,50,male,back",
        "ISIC_1,1,0,0,0,0,0,0,0,0",
        "ISIC_1,50,posterior torso,HAM_1,female",
    )
    listing = listed(root)
    assert recognise(root).name == "HAM10000 + ISIC 2019"
    assert [problem.reason for problem in listing.problems] == [
        "ham.csv and truth.csv contradict (label NV and MEL); ham.csv is used.",
        "ham.csv and more.csv contradict (sex male and female); ham.csv is used.",
    ]
    assert (listing.images[0].label, listing.images[0].sex) == ("NV", "male")
    assert listing.of_kind(ProblemKind.CONTRADICTING) == ["ISIC_1.jpg", "ISIC_1.jpg"]


@pytest.mark.parametrize("truth", ["ISIC_1,0,0,0,1,0,0,0,0,0", "ISIC_1,0,0,0,0,0,0,0,1,0"])
def test_that_akiec_may_be_ak_or_scc_in_another_table(
    two_tables: Any, listed: Listed, truth: str
) -> None:
    root = two_tables("HAM_1,ISIC_1,akiec,histo,,,face", truth, "ISIC_1,,head/neck,,")
    assert listed(root).problems == []


def test_that_a_class_goes_before_benign_or_malignant(tree: Tree, listed: Listed) -> None:
    root = tree("ISIC_1.jpg", "ISIC_2.jpg")
    (root / "a.csv").write_text("isic_id,benign_malignant\nISIC_1,malignant\nISIC_2,benign\n")
    (root / "b.csv").write_text(f"{HAM}\nHAM_1,ISIC_1,mel,,,,\nHAM_2,ISIC_2,bcc,,,,\n")
    listing = listed(root)
    assert [image.label for image in listing.images] == ["MEL", "BCC"]
    assert listing.of_kind(ProblemKind.CONTRADICTING) == ["ISIC_2.jpg"]


def test_that_an_image_in_several_classes_gets_none_and_is_told_of(
    tree: Tree, listed: Listed
) -> None:
    root = tree("ISIC_1.jpg", "ISIC_2.jpg", "ISIC_3.jpg")
    rows = ("ISIC_1,1,1,0,0,0,0,0,0,0", "ISIC_2,0,0,0,0,0,0,0,0,0", "ISIC_3,1,0,0,0,0,0,0,0,0")
    (root / "truth.csv").write_text("\n".join((TRUTH, *rows)))
    listing = listed(root)
    assert [image.label for image in listing.images] == ["", "", "MEL"]
    assert listing.of_kind(ProblemKind.UNLABELLED) == ["ISIC_1.jpg", "ISIC_2.jpg"]
    assert listing.problems[-1].reason == (
        "A row of truth.csv, the first for ISIC_1: it is in more than one class (MEL, NV);"
        " it got no label."
    )


def test_that_ages_that_are_no_numbers_are_told_of_once(tree: Tree, listed: Listed) -> None:
    root = tree("ISIC_1.jpg", "ISIC_2.jpg", "ISIC_3.jpg")
    rows = ("ISIC_1,4O,,,", "ISIC_2,4O,,,", 'ISIC_3,"42,5",,,')
    (root / "more.csv").write_text("\n".join((METADATA, *rows)))
    listing = listed(root)
    assert [image.age for image in listing.images] == [None, None, 42.5]
    told = [each for each in listing.problems if each.kind is ProblemKind.UNREADABLE]
    assert len(told) == 1
    assert told[0].reason.startswith(
        "2 rows of more.csv, the first for ISIC_1: the age_approx “4O”"
    )


def test_that_doubled_ids_are_found_through_suffix_and_ending(tree: Tree, listed: Listed) -> None:
    root = tree("ISIC_1.jpg")
    rows = ("ISIC_1,1,0,0,0,0,0,0,0,0", "ISIC_1_downsampled.jpg,1,0,0,0,0,0,0,0,0")
    (root / "truth.csv").write_text("\n".join((TRUTH, *rows)))
    assert listed(root).of_kind(ProblemKind.DOUBLED) == ["ISIC_1.jpg"]


def test_that_every_format_maps_its_required_columns_or_knows_them() -> None:
    for each in FORMATS:
        assert each.mapping.image in each.required
        assert not each.lacks([name.upper() for name in each.required])


def test_that_a_mapped_table_may_lie_outside(tree: Tree, tmp_path: Path) -> None:
    root = tree("a/photo 1.jpg")
    outside = tmp_path / "colleague.csv"
    outside.write_text("Datei;Diagnose\nC:\\bilder\\Photo 1.JPG;Basaliom\n")
    mapping = ColumnMapping("Datei", ("Diagnose",), labels=(("basaliom", "BCC"),))
    sources = Sources().with_table(MappedTable(outside, mapping))
    batches = list(list_images(root, sources=sources))
    assert [image.label for batch in batches for image in batch.images] == ["BCC"]
    assert not any(batch.problems for batch in batches)
    assert recognise(root, sources).name == "Mapped tables"


def test_that_a_mapped_column_that_is_not_there_is_named(tree: Tree, tmp_path: Path) -> None:
    outside = tmp_path / "colleague.csv"
    outside.write_text("file,dx\na,nv\n")
    sources = Sources((MappedTable(outside, ColumnMapping("file", ("diagnosis",))),))
    with pytest.raises(CatalogueError, match="no column diagnosis; its columns are file, dx"):
        list(list_images(tree("a.jpg"), sources=sources))


def test_that_keys_ignore_case_and_the_suffix_of_reduced_copies() -> None:
    assert join_key("ISIC_0000022_downsampled") == join_key("isic_0000022")
