import pytest

from model.words import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (1204, "1,204 images")]
)
def test_that_a_count_has_its_plural(count: int, said: str) -> None:
    assert counted(count, "image") == said
