"""Noticing, without opening them, files that are probably the same photograph."""

from collections.abc import Iterator

from model.records import ImageRecord, Problem, ProblemKind


class CopyFinder:
    """Tells of files with the name and the size of a file seen before.

    Names alone would not do where no table gives ids: cameras and people number every folder
    from 1. A name and a size to the byte hardly ever agree by chance.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], ImageRecord] = {}

    def problems(self, image: ImageRecord) -> Iterator[Problem]:
        """What is wrong with `image` in the light of those before it."""
        if not image.size:
            return
        first = self._seen.setdefault((image.image_id.casefold(), image.size), image)
        if first is image:
            return
        if first.label == image.label:
            reason = f"Same name and size as {first.path}."
            yield Problem(image.path, ProblemKind.DOUBLED, reason)
        else:
            reason = f"Same name and size as {first.path}, which has another label."
            yield Problem(image.path, ProblemKind.CONTRADICTING, reason)
