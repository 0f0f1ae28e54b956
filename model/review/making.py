"""Making a study: from a project's images to a file that tells nothing of them."""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.errors import UserError
from model.progress import Report, silent
from model.project.database import Rows, create_file
from model.project.project import Project
from model.review import studies
from model.review.case_codes import MOST_REPEATS, CodedCase, with_codes
from model.review.protocol import Protocol, Stage
from model.review.sealing import KEY_BYTES
from model.review.selection import Case
from model.review.study_file import reader_digests
from model.review.study_writer import Network, StudyWriter
from model.review.tables import STUDY, StudyError

__all__ = ["Network", "make_study"]

_NETWORK_STAGES = frozenset({Stage.PROBABILITIES, Stage.HEAT_MAP})


def make_study(
    project: Project,
    protocol: Protocol,
    cases: Sequence[Case],
    path: Path,
    *,
    network: Network | None = None,
    report: Report = silent,
) -> studies.StudyRecord:
    """Write a study file, and keep the key from its codes to the images in the project.

    Args:
        project: Whose images they are.
        protocol: How the study is read.
        cases: Each with its images (see `model.review.selection`).
        path: Of the study file; must not exist.
        network: Needed where a stage shows probabilities or heat maps.
        report: Told after each case.

    Raises:
        UserError: No cases, a photograph that cannot be read, nothing from the network where a
            stage needs it, or a file that cannot be written; there is no study then.
        Cancelled: From `report`; there is no study then.
    """
    _check(protocol, cases, network)
    if network and _NETWORK_STAGES & set(protocol.stages):
        protocol = replace(protocol, network=network.name)
    identity, key = str(uuid.uuid4()), secrets.token_bytes(KEY_BYTES)
    coded, created = with_codes(cases, protocol.repeats), dt.datetime.now(dt.UTC)
    writer = StudyWriter(project.root, protocol, key, network)
    about = _about(identity, protocol, created) | {"key": key}
    create_file(path.absolute(), STUDY, _rows(about, coded, writer, report))
    key_rows = [_key_row(each, writer.hashes) for each in coded]
    try:
        return studies.add(project, identity, created, protocol, path.absolute(), key_rows)
    except UserError:
        # A study file whose key is nowhere is of no use to anybody.
        path.unlink(missing_ok=True)
        raise


def _check(protocol: Protocol, cases: Sequence[Case], network: Network | None) -> None:
    if not cases:
        raise StudyError("No cases are chosen; choose some first.")
    if not 0 <= protocol.repeats <= MOST_REPEATS:
        raise StudyError(
            f"At most {MOST_REPEATS:.0%} of the cases can be shown twice, or a repeat would come"
            " too soon; for more, let readers read the whole study a second time."
        )
    if not protocol.stages or len(set(protocol.stages)) != len(protocol.stages):
        raise StudyError("A study needs stages, each of them once.")
    if not protocol.questions:
        raise StudyError("A study needs a question.")
    needed = _NETWORK_STAGES & set(protocol.stages)
    images = [image.path for case in cases for image in case]
    known = network.probabilities if network else {}
    without = sum(path not in known for path in images)
    if needed and without:
        raise StudyError(
            f"{without:,} of {len(images):,} images have no prediction, which the stage"
            f" '{min(needed)}' shows: classify the images first."
        )


def _rows(
    about: dict[str, Any], coded: Sequence[CodedCase], writer: StudyWriter, report: Report
) -> Rows:
    """All of a study file."""
    by_code = {code: each for each in coded for code in each.codes}
    return {
        "about": [about],
        "cases": _case_rows(coded),
        "photographs": writer.photographs(by_code, report),
        "aids": writer.aids(by_code),
    }


def _about(identity: str, protocol: Protocol, created: dt.datetime) -> dict[str, Any]:
    """What a study file tells of itself: names only as digests, no more than the day."""
    return {
        "id": 1,
        "identity": identity,
        "created": created.date().isoformat(),
        "protocol": protocol.for_readers(),
        "readers": reader_digests(identity, protocol.readers),
    }


def _case_rows(coded: Sequence[CodedCase]) -> list[dict[str, Any]]:
    pairs = [pair for each in coded for pair in zip(each.codes, each.parts, strict=True)]
    return [{"code": code, "part": part} for code, part in sorted(pairs)]


def _key_row(case: CodedCase, hashes: Mapping[str, str]) -> studies.KeyRow:
    images = tuple((image.path, hashes[image.path]) for image in case.images)
    return studies.KeyRow(case.number, case.codes, case.parts, images)
