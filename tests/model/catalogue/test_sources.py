"""Data sets of several folders and tables, and what the user said of them."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from model.catalogue.listing import list_images, recognise
from model.catalogue.mapping import ColumnMapping, MappedTable
from model.catalogue.quality import check_data_set
from model.catalogue.remembered import load_mapping, remember_mapping, save_mapping
from model.catalogue.sources import Sources, load_sources, sources_of, store_sources
from model.class_systems import EIGHT_CLASSES, SEVEN_CLASSES, ClassMapping, class_mapping
from model.errors import UserError
from model.project.locations import open_or_create
from model.records import ImageRecord, Problem, ProblemKind
from tests.model.catalogue.conftest import HEADER

Folder = Callable[..., Path]
TRUTH = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"
NV, SCC, MEL = "0,1,0,0,0,0,0,0,0", "0,0,0,0,0,0,0,1,0", "1,0,0,0,0,0,0,0,0"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Makes a folder of this name with these files and these tables."""

    def make(name: str, *images: str, **tables: str) -> Path:
        root = tmp_path / name
        for path in images:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(f"{name}/{path}")
        for table, text in tables.items():
            root.mkdir(exist_ok=True)
            (root / f"{table}.csv").write_text(text)
        return root

    return make


def found(root: Path, sources: Sources) -> tuple[dict[str, ImageRecord], list[Problem]]:
    batches = list(list_images(root, sources=sources))
    images = {image.path: image for batch in batches for image in batch.images}
    return images, [problem for batch in batches for problem in batch.problems]


def ham(folder: Folder) -> Path:
    rows = ("HAM_1,ISIC_1,nv,histo,40,male,back", "HAM_2,ISIC_2,akiec,histo,50,female,face")
    table = "\n".join((HEADER, *rows))
    return folder("ham", "ISIC_1.jpg", "ISIC_2.jpg", HAM10000_metadata=table)


def isic(folder: Folder, *rows: str) -> Path:
    table = "\n".join((TRUTH, *rows))
    return folder("isic", "ISIC_2_downsampled.jpg", "ISIC_3.jpg", truth=table)


def test_that_an_image_of_two_folders_is_listed_once_with_what_both_say(folder: Folder) -> None:
    root, other = ham(folder), isic(folder, f"ISIC_2,{SCC}", f"ISIC_3,{MEL}", f"ISIC_1,{NV}")
    images, problems = found(root, Sources(folders=(other,)))
    third = (other / "ISIC_3.jpg").as_posix()
    assert list(images) == ["ISIC_1.jpg", "ISIC_2.jpg", third]
    assert [image.label for image in images.values()] == ["NV", "AKIEC", "MEL"]
    assert [image.source for image in images.values()] == ["ham", "ham", "isic"]
    assert [(each.kind, each.path) for each in problems] == [
        (ProblemKind.DOUBLED, other.as_posix())
    ]
    assert "1 image of isic with an id that is listed already" in problems[0].reason


def test_that_what_two_folders_contradict_on_is_told_of_the_image(folder: Folder) -> None:
    root, other = ham(folder), isic(folder, f"ISIC_1,{MEL}", f"ISIC_3,{MEL}")
    images, problems = found(root, Sources(folders=(other,)))
    assert images["ISIC_1.jpg"].label == "NV"
    told = [each for each in problems if each.kind is ProblemKind.CONTRADICTING]
    assert [each.path for each in told] == ["ISIC_1.jpg"]
    assert told[0].reason == (
        "truth.csv contradicts an earlier source (label NV and MEL); the first is used."
    )


def test_that_numbered_photographs_of_two_folders_are_not_one_image(folder: Folder) -> None:
    header = "image_id,dx"
    one = folder("one", "IMG_0001.jpg", t=f"{header}\nIMG_0001,nv")
    two = folder("two", "IMG_0001.jpg", t=f"{header}\nIMG_0001,mel")
    images, problems = found(one, Sources(folders=(two,)))
    assert [image.label for image in images.values()] == ["NV", "MEL"]
    assert not problems


def test_that_a_folder_of_tables_alone_completes_images_and_counts_what_it_has_not(
    folder: Folder,
) -> None:
    root = folder("plain", "ISIC_1.jpg", "ISIC_9.jpg")
    tables = folder("tables", truth="\n".join((TRUTH, f"ISIC_1,{MEL}", f"ISIC_5,{NV}")))
    images, problems = found(root, Sources(folders=(tables,)))
    assert [image.label for image in images.values()] == ["MEL", ""]
    missing = [each.reason for each in problems if each.kind is ProblemKind.MISSING]
    assert len(missing) == 1
    assert missing[0].startswith("1 of the 2 images in truth.csv have no file")


def test_that_images_that_a_joined_table_leaves_without_a_label_are_told_of_each(
    folder: Folder,
) -> None:
    metadata = "image,age_approx,anatom_site_general,lesion_id,sex\nISIC_1,40,,,\nISIC_9,40,,,"
    root = folder("images", "ISIC_1.jpg", "ISIC_9.jpg", metadata=metadata)
    other = folder("tables", truth="\n".join((TRUTH, f"ISIC_1,{MEL}")))
    assert [each.path for each in found(root, Sources())[1]] == ["metadata.csv"]
    _, problems = found(root, Sources(folders=(other,)))
    assert [each.path for each in problems] == ["ISIC_9.jpg"]


def test_that_a_class_folder_and_a_table_from_elsewhere_are_joined(
    folder: Folder, tmp_path: Path
) -> None:
    root = folder("sorted", "nv/a1x.jpg", "mel/b2x.jpg")
    outside = tmp_path / "colleague.csv"
    outside.write_text("Datei;Fall;Diagnose\na1x.jpg;L1;Naevus\nb2x.jpg;L2;Naevus\n")
    mapping = ColumnMapping("Datei", ("Diagnose",), lesion="Fall", labels=(("naevus", "NV"),))
    sources = Sources((MappedTable(outside, mapping),))
    images, problems = found(root, sources)
    facts = {path: (image.label, image.lesion_id) for path, image in images.items()}
    assert facts == {"nv/a1x.jpg": ("NV", "L1"), "mel/b2x.jpg": ("MEL", "L2")}
    assert [(each.kind, each.path) for each in problems] == [
        (ProblemKind.CONTRADICTING, "mel/b2x.jpg")
    ]


def test_that_the_users_mapping_takes_the_place_of_what_was_recognised(folder: Folder) -> None:
    table = "image_id,dx,second_opinion\nISIC_1,nv,mel"
    root = folder("own", "ISIC_1.jpg", t=table)
    mapping = ColumnMapping("image_id", ("second_opinion",))
    images, _ = found(root, Sources().with_table(MappedTable(root / "t.csv", mapping)))
    assert images["ISIC_1.jpg"].label == "MEL"
    images, _ = found(root, Sources().leaving_out(root / "t.csv"))
    assert images["ISIC_1.jpg"].label == ""


def test_that_a_word_can_be_left_out(folder: Folder) -> None:
    root = folder("own", "a1x.jpg", "b2x.jpg", t="Bild;Befund\na1x;unklar\nb2x;mel")
    assert [path.name for path in recognise(root).unknown] == ["t.csv"]
    mapping = ColumnMapping("Bild", ("Befund",), labels=(("unklar", ""),))
    images, _ = found(root, Sources().with_table(MappedTable(root / "t.csv", mapping)))
    assert [image.label for image in images.values()] == ["", "MEL"]


def test_that_the_same_columns_are_understood_again_in_any_order(folder: Folder) -> None:
    mapping = ColumnMapping("Bild", ("Befund",), labels=(("böse", "MEL"),))
    remember_mapping(("Bild", "Befund"), mapping)
    root = folder("next", "a1x.jpg", t="BEFUND;Bild\nböse;a1x")
    layout = recognise(root)
    assert (layout.name, layout.unknown) == ("Mapped tables", ())
    images, _ = found(root, Sources())
    assert images["a1x.jpg"].label == "MEL"


def test_that_classes_are_mapped_and_given_back(folder: Folder) -> None:
    root = isic(folder, f"ISIC_2,{SCC}", f"ISIC_3,{MEL}")
    seven = class_mapping(EIGHT_CLASSES, SEVEN_CLASSES)
    images, _ = found(root, Sources(classes=seven))
    assert [image.label for image in images.values()] == ["AKIEC", "MEL"]
    images, _ = found(root, Sources())
    assert [image.label for image in images.values()] == ["SCC", "MEL"]


def test_that_a_class_that_came_after_the_mapping_is_told_of_and_not_lost_in_silence(
    folder: Folder,
) -> None:
    root = ham(folder)
    chosen = ClassMapping(SEVEN_CLASSES.name, EIGHT_CLASSES.name, (("BCC", "BCC"),))
    images, problems = found(root, Sources(classes=chosen))
    assert [image.label for image in images.values()] == ["NV", ""]
    assert [(each.path, each.kind) for each in problems] == [("ISIC_2.jpg", ProblemKind.UNLABELLED)]
    assert "recorded as AKIEC, for which no class" in problems[0].reason
    for code in ("", "AK"):
        images, problems = found(root, Sources(classes=chosen.chosen("AKIEC", code)))
        assert [image.label for image in images.values()] == ["NV", code]
        assert not problems


def test_that_sources_are_kept_in_the_project_of_the_folder(folder: Folder) -> None:
    root, other = ham(folder), isic(folder, f"ISIC_3,{MEL}")
    mapping = ColumnMapping("image", classes=(("MEL", "MEL"), ("NV", "NV")))
    sources = Sources(
        (MappedTable(other / "truth.csv", mapping),),
        (root / "x.csv",),
        (other,),
        class_mapping(SEVEN_CLASSES, EIGHT_CLASSES),
    )
    assert Sources.from_json(json.loads(json.dumps(sources.to_json()))) == sources
    assert sources_of(root) == Sources()
    with closing(open_or_create(root)) as project:
        store_sources(project, sources)
        assert load_sources(project) == sources
    assert sources_of(root) == sources
    alone = sources.without_folder(other)
    assert (alone.folders, alone.tables, alone.left_out) == ((), (), (root / "x.csv",))


def test_that_a_check_sees_the_joined_data_set(folder: Folder) -> None:
    """The files here are no images, so that every one that is listed is unreadable."""
    root, other = ham(folder), isic(folder, f"ISIC_2,{MEL}", f"ISIC_3,{MEL}")
    problems = check_data_set(root, sources=Sources(folders=(other,))).problems
    kinds = {(each.kind, each.path) for each in problems}
    assert (ProblemKind.UNREADABLE, (other / "ISIC_3.jpg").as_posix()) in kinds
    assert (ProblemKind.CONTRADICTING, "ISIC_2.jpg") in kinds


def test_that_a_mapping_is_written_for_others_and_a_broken_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "columns.json"
    mapping = ColumnMapping("Bild", ("Befund",), labels=(("böse", "MEL"), ("unklar", "")))
    save_mapping(path, mapping)
    assert load_mapping(path) == mapping
    path.write_text('{"label": ["x"]}')
    with pytest.raises(UserError, match="must name the column with the images"):
        load_mapping(path)


def test_that_lesions_that_are_numbers_are_not_those_of_another_folder(folder: Folder) -> None:
    """As in PAD-UFES-20 and Derm7pt."""
    header = "image_id,dx,lesion_id"
    one = folder("one", "a1x.jpg", t=f"{header}\na1x,nv,17")
    two = folder("two", "b2x.jpg", t=f"{header}\nb2x,mel,17")
    images, _ = found(one, Sources(folders=(two,)))
    assert [image.lesion_id for image in images.values()] == ["17", "two 17"]
