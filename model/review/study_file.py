"""A study file as the reading process opens it: read-only, one case and one stage at a time."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from model.project.database import Database, check_file, check_sound
from model.review.aids import Aid, aid_from_bytes
from model.review.protocol import Protocol, Stage
from model.review.reading import reader_key
from model.review.sealing import unseal
from model.review.tables import STUDY, StudyError, study_about, study_aids, study_cases
from model.review.tables import study_photographs as photographs


class Study:
    """An open study. It keeps nothing of what it was asked for.

    Attributes:
        path: Where the file is.
        identity: The same in every copy.
        protocol: What readers may know of it.
        size: How many cases are to be read; some may be of the same lesion, and nothing here
            tells which.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, STUDY)
        row, cases, counts = self._stored()
        self.identity: str = row.identity
        self._key: bytes = row.key
        self._readers = frozenset(row.readers)
        self._parts: dict[str, int] = {case.code: case.part for case in cases}
        self._photographs: dict[str, int] = {each.code: each.photographs for each in counts}
        self.size = len(self._parts)
        self.protocol = _protocol(row.protocol, path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a study file; it is never written to.

        Raises:
            StudyError: The file is absent, damaged, not a study, or newer than this program.
        """
        path = path.absolute()
        check_sound(path, STUDY, check_file(path, STUDY))
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def admits(self, reader: str) -> bool:
        """Whether this reader may read the study."""
        return not self._readers or reader_digest(self.identity, reader) in self._readers

    def order(self, reader: str) -> tuple[str, ...]:
        """The codes of the cases in the order in which this reader sees them."""
        return case_order(self._parts, self.protocol.seed, reader)

    def photograph_count(self, code: str) -> int:
        """How many photographs a case has.

        Raises:
            KeyError: The study has no such case.
        """
        return self._photographs[self._known(code)]

    def photograph(self, code: str, number: int) -> bytes:
        """One photograph of a case, JPEG without metadata.

        Raises:
            KeyError: The study has no such photograph.
            UserError: The file is damaged or cannot be read.
        """
        query = select(photographs.c.sealed).where(
            photographs.c.code == self._known(code), photographs.c.number == number
        )
        return self._content(query, photograph_name(code, number))

    def aid(self, code: str, stage: Stage) -> Aid | None:
        """What this stage shows beside the photographs; None for a blind one.

        It is read from the file at this moment: ask only when the stage begins.

        Raises:
            KeyError: The study has no such case or stage.
            UserError: The file is damaged or cannot be read.
        """
        if stage == Stage.BLIND:
            return None
        query = select(study_aids.c.sealed).where(
            study_aids.c.code == self._known(code), study_aids.c.stage == stage.value
        )
        return aid_from_bytes(stage, self._content(query, aid_name(code, stage)))

    def _stored(self) -> tuple[Any, Sequence[Any], Sequence[Any]]:
        count = select(photographs.c.code, func.count().label("photographs"))
        try:
            with self._database.reading() as connection:
                row = connection.execute(select(study_about)).one()
                cases = connection.execute(select(study_cases.c.code, study_cases.c.part)).all()
                counts = connection.execute(count.group_by(photographs.c.code)).all()
        except (ValueError, NoResultFound) as error:  # a row that is no JSON, or none at all
            raise _damaged(self.path, error) from error
        if not cases or {each.code for each in cases} != {each.code for each in counts}:
            raise _damaged(self.path, "cases without photographs")
        return row, cases, counts

    def _known(self, code: str) -> str:
        if code not in self._parts:
            raise KeyError(f"The study has no case {code}.")
        return code

    def _content(self, query: Any, name: str) -> bytes:
        with self._database.reading() as connection:
            sealed = connection.execute(query).scalar_one_or_none()
        if sealed is None:
            raise KeyError(f"The study has no {name}.")
        return unseal(sealed, self._key, name)


def case_order(parts: dict[str, int], seed: int, reader: str) -> tuple[str, ...]:
    """The order of a reader's cases: part by part, and random inside each part.

    Half of the readers begin with the last part. Where a case is shown twice, its two codes are
    in the first and the last part, so that at least the whole middle part lies between them.
    """
    key = f"{seed}\0{reader_key(reader)}"
    backwards = _rank(key)[0] % 2 == 1

    def place(code: str) -> tuple[int, bytes]:
        part = -parts[code] if backwards else parts[code]
        return part, _rank(f"{key}\0{code}")

    return tuple(sorted(parts, key=place))


def reader_digest(identity: str, reader: str) -> str:
    """What stands for an admitted reader's name in the study of this identity."""
    return _rank(f"{identity}\0{reader_key(reader)}").hex()


def reader_digests(identity: str, readers: Iterable[str]) -> list[str]:
    """What stands for the names, in an order that does not tell theirs."""
    return sorted(reader_digest(identity, reader) for reader in readers)


def photograph_name(code: str, number: int) -> str:
    """The name under which a photograph is sealed."""
    return f"photograph {code} {number}"


def aid_name(code: str, stage: Stage) -> str:
    """The name under which an aid is sealed."""
    return f"aid {code} {stage.value}"


def _rank(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _protocol(values: Any, path: Path) -> Protocol:
    try:
        return Protocol.from_json(values)
    except ValueError as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, why: object) -> StudyError:
    return StudyError(f"The study {path} is damaged ({why}). {STUDY.remedy}")
