import pytest

from model.classifier.exposure import Exposure, ExposureIndex, exposure
from tests.model.classifier.tiny import make_card


@pytest.mark.parametrize(
    ("image_id", "lesion_id", "expected"),
    [
        ("ISIC_1", "HAM_1", Exposure.TRAINED),
        ("ISIC_2", "", Exposure.TRAINED),  # for validation
        ("ISIC_9", "HAM_1", Exposure.SEEN_LESION),
        ("ISIC_3", "HAM_3", Exposure.UNSEEN),  # for the test
        ("ISIC_9", "HAM_9", Exposure.UNSEEN),
        ("ISIC_9", "", Exposure.UNSEEN),  # an unknown lesion is not that of ISIC_2
    ],
)
def test_that_exposure_follows_image_then_lesion(
    image_id: str, lesion_id: str, expected: Exposure
) -> None:
    assert ExposureIndex(make_card()).exposure(image_id, lesion_id) is expected
    assert exposure(make_card(), image_id, lesion_id) is expected


def test_that_a_renamed_copy_is_found_by_its_perceptual_hash() -> None:
    index = ExposureIndex(make_card())
    seen = int("0f" * 8, 16)
    for flipped, expected in (
        (0b0, Exposure.TRAINED),
        (0b1000_0001, Exposure.TRAINED),
        (0b0111, Exposure.UNSEEN),
        (2**64 - 1, Exposure.UNSEEN),
    ):
        assert index.exposure("renamed", "", seen ^ flipped) is expected
