import cv2
import numpy as np
import pytest

from model.images import crop_box
from model.overlay import (
    COLOUR_MAPS,
    alpha,
    blend,
    colour_table,
    has_evidence,
    intensity,
    steps,
    upsample,
)


def delta(row: int, column: int, cells: int = 7) -> np.ndarray:
    heat_map = np.zeros((cells, cells), np.float32)
    heat_map[row, column] = 1
    return heat_map


def peak(values: np.ndarray) -> tuple[float, float]:
    """Centre of what is at least as high as the highest but rounding, in pixel indices."""
    rows, columns = np.nonzero(values >= values.max() - 1e-6)
    return float(rows.mean()), float(columns.mean())


class TestUpsample:
    @pytest.mark.parametrize("row", range(1, 6))
    @pytest.mark.parametrize("column", range(1, 6))
    def test_that_a_cell_peaks_at_32_i_plus_15_5(self, row: int, column: int) -> None:
        large = upsample(delta(row, column), 224, 224, (0, 0, 224, 224))
        assert peak(large) == (32 * row + 15.5, 32 * column + 15.5)

    def test_that_a_cell_that_is_no_number_counts_as_nothing(self) -> None:
        broken = delta(3, 3)
        broken[1, 1] = np.nan
        large = upsample(broken, 224, 224, (0, 0, 224, 224))
        assert np.array_equal(large, upsample(delta(3, 3), 224, 224, (0, 0, 224, 224)))

    def test_that_a_corner_cell_goes_on_to_the_corner(self) -> None:
        large = upsample(delta(0, 6), 224, 224, (0, 0, 224, 224))
        assert np.all(large[:16, -16:] == 1)

    def test_that_it_is_bilinear_between_centres(self) -> None:
        # Centres of two cells over 8 pixels lie at 2 and 6, counted from the edge.
        large = upsample(np.array([[0, 1]], np.float32), 8, 1, (0, 0, 8, 1))
        expected = [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]
        assert np.allclose(large[0], expected, atol=1e-6)

    def test_that_it_agrees_with_opencv_over_the_whole_photograph(self) -> None:
        heat_map = np.random.default_rng(0).normal(size=(14, 14)).astype(np.float32)
        expected = cv2.resize(heat_map, (601, 450), interpolation=cv2.INTER_LINEAR)
        assert np.allclose(upsample(heat_map, 601, 450, (0, 0, 601, 450)), expected, atol=1e-4)

    def test_that_a_centre_crop_lies_where_the_network_saw_it(self) -> None:
        # The square is 450 wide from 75 on; a cell is 450 / 7 wide, its centre half of that in.
        large = upsample(delta(2, 4), 600, 450, crop_box(600, 450, "centre crop"))
        row, column = peak(large)
        assert abs(row + 0.5 - 450 / 7 * 2.5) <= 0.5
        assert abs(column + 0.5 - (75 + 450 / 7 * 4.5)) <= 0.5

    def test_that_nothing_is_drawn_outside_the_box(self) -> None:
        large = upsample(np.ones((7, 7), np.float32), 600, 450, (75, 0, 525, 450))
        assert large.shape == (450, 600)
        assert not large[:, :75].any()
        assert not large[:, 525:].any()
        assert np.all(large[:, 75:525] == 1)

    def test_that_fractional_edges_cover_the_pixels_whose_centre_is_inside(self) -> None:
        large = upsample(np.ones((2, 2), np.float32), 6, 2, (1.6, 0, 4.5, 2))
        assert large[0].tolist() == [0, 0, 1, 1, 0, 0]

    def test_that_a_map_of_one_cell_is_constant(self) -> None:
        assert np.all(upsample(np.full((1, 1), 3, np.float32), 5, 4, (0, 0, 5, 4)) == 3)


class TestIntensity:
    def test_that_it_is_the_positive_part_over_the_maximum(self) -> None:
        heat_map = np.array([[-4, 0, 1, 2]], np.float32)
        assert intensity(heat_map).tolist() == [[0, 0, 0.5, 1]]

    def test_that_a_common_maximum_makes_maps_comparable(self) -> None:
        heat_map = np.array([[1, 2, 8]], np.float32)
        assert intensity(heat_map, maximum=4).tolist() == [[0.25, 0.5, 1]]

    @pytest.mark.parametrize("value", [-1.0, 0.0, np.nan, -np.inf])
    @pytest.mark.parametrize("maximum", [None, 0.0, 2.0])
    def test_that_a_map_without_evidence_is_zero_and_never_nan(
        self, value: float, maximum: float | None
    ) -> None:
        heat_map = np.full((7, 7), value, np.float32)
        assert np.array_equal(intensity(heat_map, maximum), np.zeros((7, 7)))

    def test_that_the_smallest_numbers_do_not_overflow(self) -> None:
        assert intensity(np.array([[1e-45, -1]], np.float32)).tolist() == [[1, 0]]

    def test_that_evidence_is_any_positive_cell(self) -> None:
        assert has_evidence(delta(0, 0))
        assert not has_evidence(-delta(0, 0))
        assert not has_evidence(np.full((2, 2), np.nan, np.float32))


class TestBlend:
    def test_that_the_photograph_stays_clear_where_there_is_no_evidence(self) -> None:
        photograph = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
        heat = np.zeros((40, 50), np.float32)
        heat[:, 25:] = 1
        mixed = blend(photograph, heat, 0.6, "viridis")
        assert np.array_equal(mixed[:, :25], photograph[:, :25])
        assert not np.array_equal(mixed[:, 25:], photograph[:, 25:])

    def test_that_steps_are_the_intensity_in_256_steps_even_where_values_are_none(self) -> None:
        values = np.array([[-1, 0, 0.5, 1], [2, 3, -np.inf, np.nan]], np.float32)
        assert steps(values, 2.0).tolist() == [[0, 0, 64, 128], [255, 255, 0, 0]]
        assert not steps(values, 0.0).any()
        assert steps(np.array([[0, 1e-42]], np.float32), 1e-42).tolist() == [[0, 255]]

    def test_that_opacity_fades_in_over_the_lowest_tenth(self) -> None:
        values = np.array([[0, 0.05, 0.1, 1]], np.float32)
        assert np.allclose(alpha(values, 0.5), [[0, 0.0625, 0.125, 0.5]])

    def test_that_colour_and_photograph_mix_by_alpha(self) -> None:
        photograph = np.full((1, 1, 3), 100, np.uint8)
        colour = colour_table("magma")[255].astype(float)
        mixed = blend(photograph, np.ones((1, 1), np.float32), 0.25, "magma")
        assert np.abs(mixed[0, 0] - (75 + 0.25 * colour)).max() <= 0.51

    @pytest.mark.parametrize("opacity", [0.0, 1.0])
    def test_that_opacity_reaches_both_ends(self, opacity: float) -> None:
        photograph = np.full((2, 2, 3), 77, np.uint8)
        mixed = blend(photograph, np.ones((2, 2), np.float32), opacity, "inferno")
        expected = colour_table("inferno")[255] if opacity else (77, 77, 77)
        assert mixed[1, 1].tolist() == list(expected)

    def test_that_colours_are_those_of_the_published_maps(self) -> None:
        # Ends of matplotlib's viridis: #440154 and #fde725.
        table = colour_table("viridis")
        assert (table.shape, table.dtype) == ((256, 3), np.uint8)
        assert np.abs(table[0].astype(int) - (0x44, 0x01, 0x54)).max() <= 1
        assert np.abs(table[255].astype(int) - (0xFD, 0xE7, 0x25)).max() <= 1

    def test_that_every_colour_map_has_256_different_entries(self) -> None:
        tables = [colour_table(name) for name in COLOUR_MAPS]
        assert COLOUR_MAPS[0] == "viridis"
        assert len({table.tobytes() for table in tables}) == len(COLOUR_MAPS)
        with pytest.raises(ValueError, match="no colour map"):
            colour_table("rainbow")
