"""Files that are no images, end early, or are far too large."""

import contextlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from model.images import (
    ImageError,
    Preprocessing,
    content_hash,
    decode,
    prepare,
    read_bytes,
    read_image,
)
from tests.model.pictures import encode, jpeg, ramp, real_photographs


@pytest.fixture(scope="module")
def some_photographs(real_data: Path) -> list[bytes]:
    return real_photographs(real_data)


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
