import io
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from model.images import (
    ImageError,
    Preprocessing,
    crop_box,
    decode,
    perceptual_hash,
    prepare,
    prepare_pixels,
    thumbnail,
)
from tests.model.pictures import (
    ORIENTATION,
    STORED_AS,
    assert_in_place,
    encode,
    expected_ramp,
    jpeg,
    ramp,
    real_photographs,
)


@pytest.fixture(scope="module")
def some_photographs(real_data: Path) -> list[bytes]:
    return real_photographs(real_data)


class TestOrientation:
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_that_decoded_pixels_are_upright(self, orientation: int) -> None:
        upright = ramp(61, 40)
        found = decode(jpeg(STORED_AS[orientation](upright), orientation))
        assert found.shape == upright.shape
        assert np.abs(found.astype(int) - upright).max() <= 3

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("mode", ["stretch", "centre crop"])
    def test_that_reduced_pixels_are_upright(self, orientation: int, mode: str) -> None:
        how = Preprocessing(96, mode)  # type: ignore[arg-type]
        stored = STORED_AS[orientation](ramp(901, 602))
        found = prepare(jpeg(stored, orientation), how)
        assert_in_place(found, expected_ramp(901, 602, how))

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_that_thumbnails_are_upright(self, orientation: int) -> None:
        found = thumbnail(jpeg(STORED_AS[orientation](ramp(600, 450)), orientation), 100)
        assert found.shape == (75, 100, 3)
        assert found[10, 90, 0] > 200 > 60 > found[10, 90, 1]

    @pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
    def test_that_other_formats_are_turned_too(self, kind: str) -> None:
        exif = Image.Exif()
        exif[ORIENTATION] = 6
        options = {"lossless": True} if kind == "WEBP" else {}
        data = encode(STORED_AS[6](ramp(61, 40)), kind, exif=exif, **options)
        assert np.array_equal(decode(data), ramp(61, 40))

    def test_that_a_nonsense_orientation_means_upright(self) -> None:
        assert decode(jpeg(ramp(61, 40), 77)).shape == (40, 61, 3)

    def test_that_both_byte_orders_of_exif_are_understood(self) -> None:
        for order, mark in ((">", b"MM"), ("<", b"II")):
            entry = struct.pack(order + "HHIHH", ORIENTATION, 3, 1, 6, 0)
            tiff = mark + struct.pack(order + "HIH", 42, 8, 1) + entry + bytes(4)
            data = encode(ramp(61, 40), "JPEG", exif=b"Exif\0\0" + tiff)
            assert decode(data).shape == (61, 40, 3)


class TestKindsOfPixels:
    def test_that_sixteen_bits_become_the_upper_eight(self) -> None:
        grey = np.array([[0, 0x7FFF, 0x8000, 0xFFFF]], dtype=np.uint16)
        data = cv2.imencode(".png", grey)[1].tobytes()
        assert decode(data)[0, :, 0].tolist() == [0, 127, 128, 255]
        colour = np.stack([grey, grey // 2, grey * 0], axis=-1)
        data = cv2.imencode(".png", colour[..., ::-1])[1].tobytes()
        assert decode(data)[0, 3].tolist() == [255, 127, 0]

    @pytest.mark.parametrize("mode", ["L", "1", "P", "PA", "LA", "RGBA", "I", "I;16", "CMYK"])
    @pytest.mark.parametrize("kind", ["PNG", "TIFF"])
    def test_that_every_kind_becomes_rgb(self, mode: str, kind: str) -> None:
        file = io.BytesIO()
        try:
            Image.new(mode, (20, 10)).save(file, kind)
        except OSError:
            pytest.skip(f"{kind} has no {mode}")
        pixels = decode(file.getvalue())
        assert (pixels.shape, pixels.dtype) == ((10, 20, 3), np.uint8)

    def test_that_transparent_pixels_keep_their_colour(self) -> None:
        pixels = np.full((4, 4, 4), (10, 20, 30, 0), np.uint8)
        assert decode(encode(pixels))[0, 0].tolist() == [10, 20, 30]

    def test_that_grey_and_cmyk_jpeg_files_become_rgb(self) -> None:
        grey = encode(np.full((16, 16), 90, np.uint8), "JPEG")
        assert decode(grey)[5, 5].tolist() == [90, 90, 90]
        file = io.BytesIO()
        Image.fromarray(np.full((16, 16, 3), (200, 40, 90), np.uint8)).convert("CMYK").save(
            file, "JPEG", quality=100
        )
        assert np.abs(decode(file.getvalue())[5, 5].astype(int) - (200, 40, 90)).max() <= 3

    def test_that_channels_are_red_green_blue(self) -> None:
        red = np.full((16, 16, 3), (250, 0, 0), np.uint8)
        for data in (encode(red), jpeg(red)):
            assert decode(data)[8, 8, 0] > 240
            assert prepare(data, Preprocessing(8))[4, 4, 0] > 240
            assert thumbnail(data, 8)[4, 4, 0] > 240

    def test_that_floating_point_images_are_refused(self) -> None:
        with pytest.raises(ImageError, match="floating-point"):
            decode(encode(np.zeros((4, 4), np.float32), "TIFF"))


class TestPrepare:
    # Reduced or not, whole or between pixels, smaller or larger, much longer than high.
    @pytest.mark.parametrize(
        "size",
        [(600, 450), (601, 451), (1003, 750), (2001, 1001), (300, 260), (100, 90), (3000, 240)],
    )
    @pytest.mark.parametrize("mode", ["stretch", "centre crop"])
    @pytest.mark.parametrize("kind", ["JPEG", "JPEG, not reduced", "PNG"])
    def test_that_pixels_come_from_where_the_box_says(
        self, size: tuple[int, int], mode: str, kind: str
    ) -> None:
        how = Preprocessing(224, mode, reduce=kind == "JPEG")  # type: ignore[arg-type]
        pixels = ramp(*size)
        found = prepare(encode(pixels) if kind == "PNG" else jpeg(pixels), how)
        assert found.shape == (224, 224, 3)
        assert_in_place(found, expected_ramp(*size, how))

    def test_that_decoded_pixels_give_the_same_where_nothing_is_reduced(self) -> None:
        how = Preprocessing(64, reduce=False)
        data = jpeg(ramp(300, 200))
        assert np.array_equal(prepare(data, how), prepare_pixels(decode(data), how))

    def test_that_a_reduced_photograph_hardly_differs(self, some_photographs: list[bytes]) -> None:
        for data in some_photographs[::5]:
            reduced = prepare(data, Preprocessing(224)).astype(float)
            full = prepare(data, Preprocessing(224, reduce=False)).astype(float)
            assert np.abs(reduced - full).mean() < 4

    def test_that_a_photograph_is_decoded_for_the_network_as_for_its_training(
        self, some_photographs: list[bytes]
    ) -> None:
        """A half of 600 x 450 is enough for 224 pixels, not where views are enlarged 1.3 times."""
        roomy = Preprocessing(224, room=1.3)
        assert roomy.enlarged == Preprocessing(292)
        data = jpeg(np.random.default_rng(0).integers(0, 255, (450, 600, 3), np.uint8))
        whole = prepare(data, Preprocessing(224, reduce=False))
        assert np.array_equal(prepare(data, roomy), whole)
        assert not np.array_equal(prepare(data, Preprocessing(224)), whole)
        larger = jpeg(np.random.default_rng(0).integers(0, 255, (1200, 1600, 3), np.uint8))
        assert np.array_equal(prepare(larger, roomy), prepare(larger, Preprocessing(224)))

    def test_that_the_box_is_the_largest_centred_square(self) -> None:
        assert crop_box(600, 450, "stretch") == (0, 0, 600, 450)
        assert crop_box(600, 450, "centre crop") == (75, 0, 525, 450)
        assert crop_box(450, 601, "centre crop") == (0, 75.5, 450, 525.5)

    def test_that_preprocessing_survives_json(self) -> None:
        how = Preprocessing(160, "centre crop", reduce=False, room=1.3)
        assert Preprocessing.from_json(how.to_json()) == how
        assert "room" not in Preprocessing(160).to_json()

    @pytest.mark.parametrize(
        "change", [{"mode": "pad"}, {"size": 0}, {"interpolation": "cubic"}, {"room": 0.5}]
    )
    def test_that_unknown_preprocessing_is_refused(self, change: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="preprocessing"):
            Preprocessing.from_json(Preprocessing(224).to_json() | change)


class TestThumbnail:
    @pytest.mark.parametrize(
        ("size", "expected"),
        [((600, 450), (96, 128, 3)), ((450, 600), (128, 96, 3)), ((5000, 20), (1, 128, 3))],
    )
    def test_that_the_longer_side_is_as_asked(
        self, size: tuple[int, int], expected: tuple[int, int, int]
    ) -> None:
        assert thumbnail(jpeg(ramp(*size)), 128).shape == expected


class TestPerceptualHash:
    def test_that_it_is_the_cosine_transform_against_its_median(self) -> None:
        grey = np.random.default_rng(3).integers(0, 255, (32, 32), dtype=np.uint8)
        k, n = np.meshgrid(np.arange(8), np.arange(32), indexing="ij")
        basis = np.cos(np.pi * k * (2 * n + 1) / 64) * np.sqrt(2 / 32)
        basis[0] /= np.sqrt(2)
        low = basis @ grey @ basis.T
        bits = "".join("1" if each else "0" for each in (low > np.median(low)).ravel())
        assert perceptual_hash(np.repeat(grey[..., None], 3, axis=2)) == int(bits, 2)

    def test_that_copies_are_near_and_other_photographs_far(
        self, some_photographs: list[bytes]
    ) -> None:
        originals = [decode(data) for data in some_photographs[:12]]
        hashes = [perceptual_hash(pixels) for pixels in originals]
        for pixels, own in zip(originals, hashes, strict=True):
            smaller = cv2.resize(pixels, (300, 225), interpolation=cv2.INTER_AREA)
            copy = perceptual_hash(decode(encode(smaller, "JPEG", quality=60)))
            assert (copy ^ own).bit_count() <= 6
        distances = [(a ^ b).bit_count() for a in hashes for b in hashes if a != b]
        assert np.median(distances) > 16
