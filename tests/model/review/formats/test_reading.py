"""Files of readings as people and programs write them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from model.catalogue.batches import CatalogueError
from model.review.formats.reading import read_readings
from model.review.formats.rows import ImportedReadings
from model.review.formats.source import FormatError

Read = Callable[..., ImportedReadings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str, name: str = "readings.csv", encoding: str = "utf-8") -> ImportedReadings:
        (tmp_path / name).write_text(text, encoding=encoding, newline="")
        return read_readings(tmp_path / name)

    return read


def answers(found: ImportedReadings) -> list[tuple[str, str, str]]:
    return [(row.image_id, row.reader_id, row.answer) for row in found.rows]


LONG = "image_id,reader_id,answer\nISIC_1.jpg,A,MEL\nISIC_1,B,nv\n"
EXPECTED = [("ISIC_1", "A", "MEL"), ("ISIC_1", "B", "nv")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LONG, "utf-8"),
        (LONG, "utf-8-sig"),
        (LONG, "utf-16"),
        (LONG, "utf-16-le"),
        (LONG.replace(",", ";").replace("\n", "\r\n"), "utf-8-sig"),
        (LONG.replace(",", "\t"), "utf-8"),
        (LONG.replace(",", "|"), "utf-8"),
        ("sep=;\n" + LONG.replace(",", ";"), "utf-8"),
        (LONG.replace(",", " , "), "utf-8"),
        (LONG.replace("image_id", "Image ID").replace("reader_id", " READER-ID "), "utf-8"),
        (LONG.replace("image_id", "imageId").replace("reader_id", "Rater"), "utf-8"),
        (LONG.replace("image_id", "isic_id").replace("reader_id", "annotator_id"), "utf-8"),
        (LONG.replace("answer", "Diagnosis"), "utf-8"),
        (LONG.replace("ISIC_1,B", '"ISIC_1","B"').replace("ISIC_1.jpg", "a/ISIC_1.JPG"), "utf-8"),
        (LONG + "\n\n,,\n", "utf-8"),
    ],
)
def test_that_a_long_table_is_read_however_it_is_written(
    read: Read, text: str, encoding: str
) -> None:
    found = read(text, encoding=encoding)
    assert answers(found) == EXPECTED
    assert found.problems == ()


def test_that_a_latin_reader_name_survives(read: Read) -> None:
    found = read("image;reader;answer\n1;Jörg  Müller;NV\n", encoding="cp1252")
    assert answers(found) == [("1", "Jörg Müller", "NV")]


def test_that_columns_beside_the_answer_are_understood(read: Read) -> None:
    found = read(
        "image_id,lesion_id,reader_id,session_id,iteration,stage,question,answer,confidence,"
        "duration_s,started_at,order_index,shown_model_id,shown_cam_layer,comment,app_version,"
        "truth,dx_type,prediction\n"
        'I1,L1,A,s1,2,Heat map,Malignant,80,70,"3,5",2026-01-02T03:04:05Z,7,net,out_relu,'
        "'=SUM(A1),0.1.0,mel,histo,nv\n"
    )
    (row,) = found.rows
    assert (row.lesion_id, row.session_id, row.iteration) == ("L1", "s1", 2)
    assert (row.stage, row.question, row.answer) == ("cam", "malignant", "80")
    assert (row.confidence, row.duration_s, row.order_index) == ("70", "3,5", "7")
    assert (row.shown_model_id, row.shown_cam_layer) == ("net", "out_relu")
    assert row.comment == "=SUM(A1)"
    assert row.line == 2
    assert found.labels == {"I1": "mel"}
    assert found.bases == {"I1": "histo"}
    assert found.network == {"I1": "nv"}


def test_that_a_broken_line_is_listed_and_the_others_are_read(read: Read) -> None:
    found = read(
        "image_id,reader_id,iteration,answer\nI1,A,1,MEL\n,A,1,NV\nI2,,1,NV\nI3,A,often,NV\n"
        "I4,A,1,NV,comment, with commas\nI5,A,1,\nI6,A,1,NV\n"
    )
    assert answers(found) == [("I1", "A", "MEL"), ("I6", "A", "NV")]
    assert [str(problem) for problem in found.problems] == [
        "line 3: no image",
        "line 4: no reader",
        "line 5: iteration 'often'",
        "line 6: 6 cells under 4 columns",
    ]
    assert found.notes == ("1 row holds no answer: not read",)


def test_that_a_quote_which_never_closes_swallows_no_reading(read: Read) -> None:
    found = read('image_id,reader_id,answer\nI1,A,MEL\nI2,A,"NV\nI3,A,BCC\n')
    assert answers(found) == [("I1", "A", "MEL"), ("I3", "A", "BCC")]
    assert [str(problem) for problem in found.problems] == ["line 3: quotes that do not close"]


def test_that_a_comment_of_several_lines_is_one_cell(read: Read) -> None:
    found = read('image_id,reader_id,answer,comment\nI1,A,MEL,"one\ntwo"\n,A,NV,\n')
    assert found.rows[0].comment == "one\ntwo"
    assert str(found.problems[0]) == "line 4: no image"


def test_that_a_column_for_each_question_is_read(read: Read) -> None:
    found = read(
        "isic_id,annotator_id,diagnosis,management,confidence\nI1,A,MEL,excision,90\nI2,A,NV,,10\n"
    )
    assert [(row.question, row.answer, row.confidence) for row in found.rows] == [
        ("diagnosis", "MEL", "90"),
        ("management", "excision", "90"),
        ("diagnosis", "NV", "10"),
    ]


def test_that_an_isic_studies_export_is_read(read: Read) -> None:
    found = read(
        "image,annotator,annotation_duration,question,question_type,answer\n"
        "ISIC_1,u1,3.2,Diagnosis,select,Melanoma\nISIC_1,u1,3.2,Features,multiselect,b|a\n"
    )
    assert found.form == "ISIC Studies"
    assert [(row.question, row.answer, row.duration_s) for row in found.rows] == [
        ("diagnosis", "Melanoma", "3.2"),
        ("Features", "a|b", "3.2"),
    ]


def test_that_images_with_two_labels_have_none(read: Read) -> None:
    found = read("image,reader,answer,truth\nI1,A,NV,MEL\nI1,B,NV,NV\nI2,A,NV,NV\n")
    assert found.labels == {"I2": "NV"}
    assert "1 image has more than one recorded label, such as I1" in found.notes[0]


def test_that_a_wide_table_has_a_column_for_each_reader(read: Read) -> None:
    found = read("image_id,lesion_id,Dr. A,Dr. B,truth,age\nI1,L1,MEL,,mel,40\nI2,L2,NV,nan,nv,\n")
    assert found.form == "wide CSV"
    assert answers(found) == [("I1", "Dr. A", "MEL"), ("I2", "Dr. A", "NV")]
    assert found.rows[0].lesion_id == "L1"
    assert found.labels == {"I1": "mel", "I2": "nv"}


def test_that_readers_called_expert_and_student_are_columns(read: Read) -> None:
    found = read("image,expert,student\nI1,MEL,NV\n")
    assert answers(found) == [("I1", "expert", "MEL"), ("I1", "student", "NV")]


def test_that_features_side_by_side_are_questions(read: Read) -> None:
    found = read("ID;Color_7_1;Blue_7_1;Color_7_2;Blue_7_2\nI1;2;0;3;\n", encoding="utf-8-sig")
    assert [(row.question, row.reader_id, row.answer) for row in found.rows] == [
        ("Color", "7_1", "2"),
        ("Blue", "7_1", "0"),
        ("Color", "7_2", "3"),
    ]


def test_that_readers_with_numbers_are_no_questions(read: Read) -> None:
    found = read("ID,reader_1,reader_2\nI1,2,3\n")
    assert {row.question for row in found.rows} == {"diagnosis"}
    assert [row.reader_id for row in found.rows] == ["reader_1", "reader_2"]


def test_that_a_table_without_names_of_images_is_taken_row_by_row(read: Read) -> None:
    found = read("rater1,rater2\nMEL,NV\nMEL,MEL\n")
    assert answers(found)[:2] == [("row 1", "rater1", "MEL"), ("row 1", "rater2", "NV")]
    assert "each row is taken for one" in found.notes[0]


def test_that_the_table_of_a_data_set_is_one_reader(read: Read) -> None:
    found = read("lesion_id,image_id,dx,dx_type\nL1,I1,nv,histo\n", name="dr_b.csv")
    assert answers(found) == [("I1", "dr_b", "nv")]
    assert found.labels == {}


LABEL_STUDIO = (
    "image,id,choice,annotator,annotation_id,created_at,updated_at,lead_time\n"
    "/data/upload/1/0a1b2c3d-ISIC_1.jpg,1,MEL,ann@x.org,11,2026-01-01,2026-01-01,4.5\n"
    '/data/upload/1/0a1b2c3e-ISIC_2.jpg,2,"{""choices"":[""NV"",""BKL""]}",2,12,2026-01-01,,3\n'
)


def test_that_label_studios_csv_is_read(read: Read) -> None:
    found = read(LABEL_STUDIO)
    assert found.form == "Label Studio CSV"
    assert answers(found) == [("ISIC_1", "ann@x.org", "MEL"), ("ISIC_2", "2", "BKL|NV")]
    assert found.rows[0].duration_s == "4.5"


def test_that_label_studios_json_is_read_in_both_forms(read: Read) -> None:
    flat = {"image": "/data/upload/1/0a1b2c3d-ISIC_1.jpg", "id": 1, "annotation_id": 5}
    flat |= {"annotator": 3, "lead_time": 4.5, "choice": "MEL", "created_at": "2026-01-01"}
    found = read(json.dumps([flat]), name="min.json")
    assert answers(found) == [("ISIC_1", "3", "MEL")]
    task = {
        "id": 1,
        "data": {"image": "/data/upload/1/0a1b2c3d-ISIC_1.jpg"},
        "annotations": [
            {
                "id": 5,
                "completed_by": 3,
                "lead_time": 4.5,
                "result": [{"from_name": "choice", "value": {"choices": ["MEL"]}}],
            },
            {"id": 6, "completed_by": 4, "was_cancelled": True, "result": []},
        ],
    }
    assert answers(read(json.dumps([task]), name="full.json")) == [("ISIC_1", "3", "MEL")]


def test_that_the_votes_of_tschandl_are_read(read: Read) -> None:
    names = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
    header = ["image_id", "interaction_modality"]
    for start in ("prob_m_dx_", "user_dx_without_interaction_", "user_dx_with_interaction_"):
        header += [f"{start}{name}" for name in names]
    cells = ["0", "0", '"0,1"', "0", '"0,7"', '"0,2"', "0"]
    before, after = ["0", "0", "1", "0", "2", "1", "0"], ["0", "0", "0", "0", "4", "0", "0"]
    rows = [
        ["ISIC_1", "Multiclass Probabilities (AI)", *cells, *before, *after],
        ["ISIC_2", "CBIR (AI)", *cells, *["", "", "", "", "", "", ""] * 2],
        ["ISIC_3", "CBIR (AI)", *cells, *['"0,5"', *before[1:]], *after],
    ]
    found = read("\n".join(",".join(row) for row in [header, *rows]) + "\n")
    assert not found.named
    assert found.network == {"ISIC_1": "MEL", "ISIC_2": "MEL"}
    blind = [row.answer for row in found.rows if row.stage == "blind"]
    assert blind == ["BKL", "MEL", "MEL", "NV"]
    assert [row.answer for row in found.rows if row.stage == "model"] == ["MEL"] * 4
    assert [str(each) for each in found.problems] == ["line 4: the votes for AKIEC are no count"]


def test_that_the_trials_of_barata_are_read(read: Read) -> None:
    found = read(
        "test_id,tequ_user_id,image_isic_id,tequ_no,tequ_time,tequ_correct,answer,probType,"
        "image_diag_id\n"
        "t1,u1,ISIC_1,1,8.5,0,nv,no help,mel\nt1,u1,ISIC_1,2,4,1,mel,RL,mel\n"
        "t2,u1,ISIC_1,1,3,1,mel,no help,mel\nt1,,ISIC_2,3,3,1,mel,no help,mel\n"
        "t1,u2,ISIC_2,1,60,0,timeout,no help,nv\n"
    )
    assert [(row.reader_id, row.stage, row.iteration, row.answer) for row in found.rows] == [
        ("u1", "blind", 1, "nv"),
        ("u1", "model", 1, "mel"),
        ("u1", "blind", 2, "mel"),
    ]
    assert found.rows[0].duration_s == "8.5"
    assert found.rows[1].shown_model_id == "RL"
    assert found.labels == {"ISIC_1": "mel", "ISIC_2": "nv"}
    assert str(found.problems[0]) == "line 5: no reader"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "a.csv", "is empty"),
        ("image_id,age\nI1,40\n", "a.csv", "has no answers"),
        ("image_id,reader_id\nI1,A\n", "a.csv", "has no column answer"),
        ("{}", "a.json", "no export of Label Studio"),
        ("[]", "a.json", "holds no annotations"),
        ("[{", "a.json", "is damaged"),
    ],
)
def test_that_what_holds_no_readings_is_refused(
    read: Read, text: str, name: str, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        read(text, name=name)


def test_that_a_photograph_is_no_table_of_readings(read: Read) -> None:
    with pytest.raises(CatalogueError, match="holds bytes that are no text"):
        read("\xff\xd8\xff\xe0\0\x10JFIF\0", name="a.jpg")


def test_that_the_crowd_of_enhance_is_read(real_data: Path) -> None:
    found = read_readings(real_data / "readings" / "crowd_border.csv")
    assert (len(found.rows), found.problems) == (3750, ())
    assert {row.reader_id for row in found.rows} == {"i", "ii", "iii"}


def test_that_the_students_of_enhance_are_read(real_data: Path) -> None:
    path = real_data / "readings" / "students_group07.csv"
    found = read_readings(path)
    assert found.problems == ()
    assert list(dict.fromkeys(row.question for row in found.rows)) == [
        *("Asymmetry", "Color", "Border", "Dermo", "Blue")
    ]
    assert {row.reader_id for row in found.rows} == {f"7_{at}" for at in range(1, 7)}
    lines = path.read_text("utf-8-sig").splitlines()[1:]
    cells = [cell for line in lines for cell in line.split(";")[1:]]
    assert len(found.rows) == sum(cell != "NaN" for cell in cells) == 2980
