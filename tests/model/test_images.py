import contextlib
import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from model.images import (
    ImageError,
    Pixels,
    Preprocessing,
    content_hash,
    crop_box,
    decode,
    perceptual_hash,
    prepare,
    prepare_pixels,
    read_bytes,
    read_image,
    thumbnail,
)

ORIENTATION = 0x0112
# What a camera did to the upright picture, so that each orientation undoes it (Exif 2.32).
STORED_AS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


def encode(pixels: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, kind, **options)
    return file.getvalue()


def jpeg(pixels: np.ndarray, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encode(pixels, "JPEG", quality=100, subsampling=0, exif=exif)


def ramp(width: int, height: int) -> Pixels:
    """Red grows to the right, green downwards, from 0 to 250 between the photograph's edges."""
    x = (np.arange(width) + 0.5) / width * 250
    y = (np.arange(height) + 0.5) / height * 250
    red, green = np.meshgrid(x, y)
    return np.rint(np.stack([red, green, np.full_like(red, 40)], axis=-1)).astype(np.uint8)


def expected_ramp(width: int, height: int, preprocessing: Preprocessing) -> np.ndarray:
    """The ramp where the centres of the network's pixels lie, by arithmetic."""
    x0, y0, x1, y1 = crop_box(width, height, preprocessing.mode)
    steps = (np.arange(preprocessing.size) + 0.5) / preprocessing.size
    red, green = np.meshgrid(
        (x0 + steps * (x1 - x0)) / width * 250, (y0 + steps * (y1 - y0)) / height * 250
    )
    return np.stack([red, green, np.full_like(red, 40)], axis=-1)


def assert_in_place(found: np.ndarray, expected: np.ndarray) -> None:
    """JPEG moves single values by 2 or 3; half a pixel would move the mean by 0.5 or more."""
    # Without the outermost pixels, where there is nothing to interpolate with.
    difference = (found.astype(float) - expected)[1:-1, 1:-1]
    assert np.abs(difference).max() <= 3.5
    assert np.abs(difference.mean(axis=(0, 1))).max() <= 0.3


@pytest.fixture(scope="module")
def some_photographs(real_data: Path) -> list[bytes]:
    ham = sorted((real_data / "ham10000").rglob("*.jpg"))[::400]
    originals = sorted((real_data / "uda1_originals").rglob("*.jp*g"))
    assert len(ham) > 15
    assert len(originals) == 30
    return [path.read_bytes() for path in ham + originals]


class TestTruncatedFiles:
    @pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    def test_that_real_jpeg_files_cut_anywhere_are_refused(
        self, some_photographs: list[bytes], share: float
    ) -> None:
        for data in some_photographs:
            with pytest.raises(ImageError):
                prepare(data[: int(len(data) * share)], Preprocessing(224))

    @pytest.mark.parametrize("missing", [1, 2, 3, 10, 100])
    def test_that_real_jpeg_files_without_their_last_bytes_are_refused(
        self, some_photographs: list[bytes], missing: int
    ) -> None:
        for data in some_photographs:
            with pytest.raises(ImageError):
                decode(data[:-missing])

    def test_that_a_jpeg_whose_rest_was_never_written_is_refused(
        self, some_photographs: list[bytes]
    ) -> None:
        for data in some_photographs:
            half = len(data) // 2
            with pytest.raises(ImageError):
                decode(data[:half] + bytes(len(data) - half))

    def test_that_real_photographs_are_accepted(self, some_photographs: list[bytes]) -> None:
        for data in some_photographs:
            assert prepare(data, Preprocessing(224)).shape == (224, 224, 3)

    @pytest.mark.long
    def test_that_every_real_photograph_is_accepted(self, real_ham10000: Path) -> None:
        paths = sorted(real_ham10000.rglob("*.jpg"))
        assert len(paths) == 8014
        for path in paths:
            assert decode(read_bytes(path)).shape == (450, 600, 3)

    def test_that_bytes_after_the_end_of_a_jpeg_do_no_harm(self) -> None:
        assert decode(jpeg(ramp(40, 30)) + b"written by a camera").shape == (30, 40, 3)

    def test_that_the_end_of_an_embedded_preview_is_not_taken_for_the_end(self) -> None:
        exif = b"Exif\0\0" + jpeg(ramp(20, 10))
        data = encode(ramp(400, 300), "JPEG", exif=exif)
        with pytest.raises(ImageError, match="ends early"):
            decode(data[: len(data) // 2])

    @pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP", "GIF"])
    @pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.95])
    def test_that_other_files_cut_anywhere_are_refused(self, kind: str, share: float) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)
        data = encode(noise, kind)
        with pytest.raises(ImageError):
            decode(data[: int(len(data) * share)])

    @pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"lesion,label\n1,mel\n", bytes(5000)])
    def test_that_what_is_no_image_is_refused(self, data: bytes) -> None:
        with pytest.raises(ImageError):
            decode(data)

    def test_that_random_damage_never_raises_anything_else(self) -> None:
        random = np.random.default_rng(1)
        sound = [jpeg(ramp(64, 48)), *(encode(ramp(64, 48), k) for k in ("PNG", "TIFF", "WEBP"))]
        for data in sound * 25:
            damaged = bytearray(data)
            for position in random.integers(0, len(data), 5):
                damaged[position] = random.integers(0, 256)
            with contextlib.suppress(ImageError):
                assert decode(bytes(damaged)).shape[2] == 3


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


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class TestLimit:
    def test_that_a_png_of_30000_by_30000_is_refused_from_its_header(self) -> None:
        header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
        data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x")
        with pytest.raises(ImageError, match=r"30,000 x 30,000 pixels; the limit is 200 million"):
            decode(data)

    def test_that_a_jpeg_of_30000_by_30000_is_refused_from_its_header(self) -> None:
        data = jpeg(ramp(16, 16))
        small = struct.pack(">HH", 16, 16)
        assert data.count(small) == 1
        data = data.replace(small, struct.pack(">HH", 30_000, 30_000))
        with pytest.raises(ImageError, match="30,000 x 30,000"):
            prepare(data, Preprocessing(224))


class TestFiles:
    def test_that_a_path_of_any_script_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "Läsion 皮膚 №1.png"
        path.write_bytes(encode(ramp(30, 20)))
        assert np.array_equal(read_image(path), ramp(30, 20))

    def test_that_errors_name_the_path_once(self, tmp_path: Path) -> None:
        (tmp_path / "empty.jpg").touch()
        (tmp_path / "text.jpg").write_text("not an image")
        for name in ("gone.jpg", "empty.jpg", "text.jpg", "."):
            with pytest.raises(ImageError) as caught:
                read_image(tmp_path / name)
            assert str(caught.value).count(str(tmp_path)) == 1
            assert str(tmp_path) not in caught.value.reason

    def test_that_a_forbidden_file_is_told_from_a_missing_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(ImageError, match="not there"):
            read_bytes(tmp_path / "gone.jpg")

        def refuse(_path: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuse)
        with pytest.raises(ImageError, match="permission"):
            read_bytes(tmp_path / "mine.jpg")

    def test_that_the_content_hash_is_sha256(self) -> None:
        known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2
        assert content_hash(b"abc") == known


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

    def test_that_the_box_is_the_largest_centred_square(self) -> None:
        assert crop_box(600, 450, "stretch") == (0, 0, 600, 450)
        assert crop_box(600, 450, "centre crop") == (75, 0, 525, 450)
        assert crop_box(450, 601, "centre crop") == (0, 75.5, 450, 525.5)

    def test_that_preprocessing_survives_json(self) -> None:
        how = Preprocessing(160, "centre crop", reduce=False)
        assert Preprocessing.from_json(how.to_json()) == how

    @pytest.mark.parametrize("change", [{"mode": "pad"}, {"size": 0}, {"interpolation": "cubic"}])
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
