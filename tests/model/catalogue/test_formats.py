"""Data sets that are recognised by the columns of their tables."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from model.catalogue.listing import recognise
from model.records import ProblemKind

Tree = Callable[..., Path]
Listed = Callable[[Path], Any]

TRUTH_2019 = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"
METADATA_2019 = "image,age_approx,anatom_site_general,lesion_id,sex"


@pytest.fixture
def data_set(tree: Tree) -> Callable[..., Path]:
    """Makes a folder from images and tables, each table a name with its lines."""

    def make(images: Sequence[str], **tables: Sequence[str]) -> Path:
        root = tree(*images)
        for name, lines in tables.items():
            (root / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return root

    return make


def summary(image: Any) -> tuple[Any, ...]:
    return (image.label, image.basis, image.lesion_id, image.age, image.sex, image.site)


def test_that_isic_2019_joins_ground_truth_and_metadata(data_set: Any, listed: Listed) -> None:
    root = data_set(
        ["ISIC_1.jpg", "ISIC_2_downsampled.jpg", "ISIC_3.jpg"],
        ISIC_2019_Training_GroundTruth=[
            TRUTH_2019,
            "ISIC_1,0.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,0.0",
            "ISIC_2_downsampled,0,1,0,0,0,0,0,0,0",
            "ISIC_3,0,0,0,0,0,0,0,0,1",
        ],
        ISIC_2019_Training_Metadata=[
            METADATA_2019,
            "ISIC_1,55,anterior torso,BCN_0000001,female",
            "ISIC_2_downsampled,,,,",
            "ISIC_3,30.0,head/neck,,male",
        ],
    )
    listing = listed(root)
    assert recognise(root).name == "ISIC 2019"
    assert [summary(image) for image in listing.images] == [
        ("AK", "", "BCN_0000001", 55.0, "female", "anterior torso"),
        ("NV", "", "", None, "", ""),
        ("UNK", "", "", 30.0, "male", "head/neck"),
    ]
    # Its collections are told by the names of lesions alone.
    assert [image.source for image in listing.images] == ["BCN", "", ""]
    assert listing.problems == []


@pytest.mark.parametrize("stem", ["ISIC_2", "ISIC_2_downsampled", "isic_2_DOWNSAMPLED"])
@pytest.mark.parametrize("named", ["ISIC_2", "ISIC_2_downsampled", "ISIC_2.jpg"])
def test_that_reduced_copies_are_matched_with_and_without_their_suffix(
    data_set: Any, listed: Listed, stem: str, named: str
) -> None:
    root = data_set([f"{stem}.jpg"], truth=[TRUTH_2019, f"{named},1,0,0,0,0,0,0,0,0"])
    listing = listed(root)
    assert (listing.images[0].label, listing.images[0].image_id) == ("MEL", stem)
    assert listing.problems == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_that_a_ground_truth_saved_by_a_spreadsheet_program_is_read(
    tree: Tree, listed: Listed, encoding: str
) -> None:
    root = tree("ISIC_1.jpg", "ISIC_2.jpg")
    lines = (
        "NV;UNK;MEL;BCC;AK;BKL;DF;VASC;SCC;image",
        "1,0;0,0;0,0;0,0;0,0;0,0;0,0;0,0;0,0;ISIC_1",
        "0,0;0,0;0,0;0,0;0,0;0,0;0,0;0,0;1,0;ISIC_2",
    )
    (root / "truth.csv").write_bytes("\r\n".join(lines).encode(encoding))
    listing = listed(root)
    assert [image.label for image in listing.images] == ["NV", "SCC"]
    assert listing.problems == []


def test_that_isic_2018_takes_lesions_and_basis_from_its_groupings(
    data_set: Any, listed: Listed
) -> None:
    root = data_set(
        ["ISIC2018_Task3_Training_Input/ISIC_0024306.jpg"],
        ISIC2018_Task3_Training_GroundTruth=[
            "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC",
            "ISIC_0024306,0.0,0.0,0.0,1.0,0.0,0.0,0.0",
        ],
        ISIC2018_Task3_Training_LesionGroupings=[
            "image,lesion_id,diagnosis confirm type",
            "ISIC_0024306,HAM_0000550,serial imaging showing no change",
        ],
    )
    assert recognise(root).name == "ISIC 2018"
    assert summary(listed(root).images[0])[:3] == ("AKIEC", "follow-up", "HAM_0000550")


def test_that_an_archive_export_gives_the_finest_diagnosis_that_is_a_class(
    data_set: Any, listed: Listed
) -> None:
    header = (
        "isic_id,attribution,age_approx,anatom_site_general,diagnosis_1,diagnosis_2,diagnosis_3,"
        "diagnosis_4,diagnosis_confirm_type,lesion_id,sex"
    )
    root = data_set(
        [f"ISIC_{number}.jpg" for number in range(1, 7)],
        metadata=[
            header,
            'ISIC_1,ViDIR,60,head/neck,Malignant,x,"Melanoma, NOS",,histopathology,IL_1,male',
            (
                "ISIC_2,,,,Benign,Benign melanocytic proliferations,Nevus,"
                '"Nevus, Spitz",single image expert consensus,IL_2,'
            ),
            "ISIC_3,,,,Malignant,x,Squamous cell carcinoma in situ,,,,",
            "ISIC_4,,,,Indeterminate,x,Solar or actinic keratosis,,,,",
            "ISIC_5,,,,Malignant,x,Angiosarcoma,,,,",
            "ISIC_6,,,,Benign,,,,,,",
        ],
    )
    listing = listed(root)
    assert recognise(root).name == "ISIC archive"
    assert [image.label for image in listing.images] == [
        "MEL",
        "NV",
        "SCC",
        "AK",
        "Angiosarcoma",
        "BENIGN",
    ]
    assert [image.basis for image in listing.images[:2]] == ["histology", "consensus"]
    assert (listing.images[0].lesion_id, listing.images[0].source) == ("IL_1", "ViDIR")


def test_that_isic_2020_says_benign_where_the_diagnosis_is_unknown(
    data_set: Any, listed: Listed
) -> None:
    root = data_set(
        ["train/ISIC_1.jpg", "train/ISIC_2.jpg", "train/ISIC_3.jpg", "train/ISIC_4.jpg"],
        train=[
            (
                "image_name,patient_id,sex,age_approx,anatom_site_general_challenge,diagnosis,"
                "benign_malignant,target"
            ),
            "ISIC_1,IP_1,male,45.0,head/neck,unknown,benign,0",
            "ISIC_2,IP_2,female,50.0,torso,melanoma,malignant,1",
            "ISIC_3,IP_2,female,50.0,torso,seborrheic keratosis,benign,0",
            "ISIC_4,IP_2,female,50.0,torso,lentigo NOS,benign,0",
        ],
    )
    listing = listed(root)
    assert recognise(root).name == "ISIC 2020"
    labels = [image.label for image in listing.images]
    assert labels == ["BENIGN", "MEL", "BKL", "lentigo NOS"]
    assert listing.images[1].site == "torso"


def test_that_pad_ufes_20_is_read_with_its_own_words(data_set: Any, listed: Listed) -> None:
    root = data_set(
        ["imgs_part_1/PAT_1_2_3.png", "imgs_part_2/PAT_4_5_6.png", "imgs_part_2/PAT_7_8_9.png"],
        metadata=[
            "patient_id,lesion_id,age,fitspatrick,region,diagnostic,itch,img_id,biopsed,gender",
            "PAT_1,2,8,,ARM,NEV,FALSE,PAT_1_2_3.png,False,",
            "PAT_4,5,55,3,NECK,ACK,TRUE,PAT_4_5_6.png,True,FEMALE",
            "PAT_7,8,70,1,NOSE,SEK,TRUE,PAT_7_8_9.png,False,MALE",
        ],
    )
    listing = listed(root)
    assert recognise(root).name == "PAD-UFES-20"
    assert [summary(image) for image in listing.images] == [
        ("NV", "", "2", 8.0, "", "arm"),
        ("AK", "histology", "5", 55.0, "female", "neck"),
        ("BKL", "", "8", 70.0, "male", "nose"),
    ]


def test_that_bcn20000_is_read_with_its_split(data_set: Any, listed: Listed) -> None:
    root = data_set(
        ["BCN_1.jpg"],
        bcn_20k_train=[
            "bcn_filename,age_approx,anatom_site_general,diagnosis,lesion_id,capture_date,sex,split",
            "BCN_1.jpg,55.0,anterior torso,MEL,BCN_0003884,2012-05-16,male,train",
        ],
    )
    image = listed(root).images[0]
    assert recognise(root).name == "BCN20000"
    expected = ("MEL", "", "BCN_0003884", 55.0, "male", "anterior torso")
    assert summary(image) == expected
    assert image.source == "train"


def test_that_ph2_is_read_from_its_table_of_bars(tree: Tree, listed: Listed) -> None:
    folder = "PH2 Dataset images"
    root = tree(
        *(f"{folder}/{name}/{name}_Dermoscopic_Image/{name}.bmp" for name in ("IMD003", "IMD058")),
        f"{folder}/IMD003/IMD003_lesion/IMD003_lesion.bmp",
        f"{folder}/IMD003/IMD003_roi/IMD003_R1_Label3.bmp",
    )
    lines = (
        "||   Name ||   Histological Diagnosis || Clinical Diagnosis || Asymmetry ||",
        "|| IMD003 ||                          ||                  0 ||         0 ||",
        "|| IMD058 ||                 Melanoma ||                  2 ||         2 ||",
        "",
        "Clinical Diagnosis: 0 - Common Nevus; 1 - Atypical Nevus; 2 - Melanoma.",
    )
    (root / "PH2_dataset.txt").write_text("\n".join(lines))
    (root / "PH2_dataset.xlsx").touch()  # the same table, which is not needed then
    listing = listed(root)
    assert recognise(root).name == "PH2"
    assert [(image.label, image.basis) for image in listing.images] == [
        ("NV", ""),
        ("MEL", "histology"),
    ]
    assert listing.problems == []


def test_that_derm7pt_lists_the_dermoscopic_photographs_only(tree: Tree, listed: Listed) -> None:
    root = tree("images/NEL/NEL025.JPG", "images/NEL/Nel026.jpg", "meta/train_indexes.txt")
    (root / "meta" / "meta.csv").write_text(
        "case_num,diagnosis,seven_point_score,location,sex,clinic,derm,case_id\n"
        "1,clark nevus,0,back,female,NEL/NEL025.JPG,NEL/Nel026.jpg,\n"
    )
    listing = listed(root)
    assert recognise(root).name == "Derm7pt"
    assert listing.paths == ["images/NEL/Nel026.jpg"]
    assert summary(listing.images[0]) == ("NV", "", "1", None, "female", "back")
    assert listing.problems == []


def test_that_predictions_beside_the_images_are_no_ground_truth(
    data_set: Any, listed: Listed
) -> None:
    root = data_set(
        ["ISIC_1.jpg"],
        predictions=["image,MEL,NV,BCC,AKIEC,BKL,DF,VASC", "ISIC_1,.4,.6,0,0,0,0,0"],
    )
    listing = listed(root)
    assert recognise(root).name == "Plain folder"
    assert listing.images[0].label == ""
    assert listing.of_kind(ProblemKind.UNUSED) == ["predictions.csv"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (TRUTH_2019.replace(",VASC", ""), "ground truth of ISIC 2019, but lacks the column vasc"),
        (TRUTH_2019.replace("image", "file"), "lacks the column image"),
        ("lesion_id,dx,dx_type,age,sex,localization", "HAM10000, but lacks the column image_id"),
        ("patient,smoker,weight", r"\(patient, smoker, weight\) are of no kind that is known"),
    ],
)
def test_that_a_table_of_no_known_kind_is_named_with_what_it_lacks(
    data_set: Any, listed: Listed, header: str, message: str
) -> None:
    row = ",".join("0" for _ in header.split(","))
    problem = listed(data_set(["ISIC_1.jpg"], table=[header, row])).problems[0]
    assert (problem.path, problem.kind) == ("table.csv", ProblemKind.UNUSED)
    assert re.search(message, problem.reason)


def test_that_a_spreadsheet_is_named_with_what_to_do(tree: Tree, listed: Listed) -> None:
    listing = listed(tree("a.jpg", "PH2_dataset.xlsx"))
    assert "save it as CSV" in listing.problems[0].reason


def test_that_a_file_that_is_no_table_is_told_of_in_a_short_sentence(
    tree: Tree, listed: Listed
) -> None:
    root = tree("a.jpg")
    (root / "broken.csv").write_bytes(bytes(range(256)) * 300)
    problem = listed(root).problems[0]
    assert (problem.path, problem.kind) == ("broken.csv", ProblemKind.UNUSED)
    assert len(problem.reason) < 400


def test_that_tables_of_several_sources_may_lie_in_folders_of_their_own(
    tree: Tree, listed: Listed
) -> None:
    root = tree("ham/images/ISIC_1.jpg", "pad/PAT_1_2_3.png", "pad/imgs/PAT_4_5_6.png")
    ham = "lesion_id,image_id,dx,dx_type,age,sex,localization\nHAM_1,ISIC_1,nv,histo,50,male,back"
    (root / "ham" / "HAM10000_metadata.csv").write_text(ham)
    pad = "patient_id,img_id,diagnostic\nPAT_1,PAT_1_2_3.png,BCC\nPAT_4,PAT_4_5_6.png,MEL"
    (root / "pad" / "metadata.csv").write_text(pad)
    listing = listed(root)
    assert recognise(root).name == "HAM10000 + PAD-UFES-20"
    assert [image.label for image in listing.images] == ["NV", "BCC", "MEL"]
    assert listing.problems == []
