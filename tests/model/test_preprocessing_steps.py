"""Border crop, hair removal and shades of gray: against their definitions, on drawn pictures."""

import cv2
import numpy as np
import pytest

from model.borders import inside_border
from model.colour_constancy import light_of, without_tint
from model.hair import find_hair, without_hair
from model.images import (
    STEPS,
    Pixels,
    Preprocessing,
    Step,
    box_seen,
    crop_box,
    prepare,
    seen,
    stages,
)
from model.overlay import upsample
from tests.model.pictures import STORED_AS, encode, jpeg, ramp

WIDTH, HEIGHT = 600, 450


def skin(seed: int = 0, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """Smooth and rosy, with a brown spot in the middle; nowhere saturated."""
    chance = np.random.default_rng(seed)
    waves = chance.normal(0, 6, (8, 10, 3))
    smooth = cv2.resize(waves, (width, height), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:height, :width]
    spot = np.exp(-(((x - width / 2) / 80) ** 2 + ((y - height / 2) / 60) ** 2))
    colours = np.array([200, 150, 140]) + smooth - spot[..., None] * [80, 80, 70]
    return np.rint(np.clip(colours, 10, 240)).astype(np.uint8)


def hairy(seed: int = 0) -> tuple[Pixels, np.ndarray]:
    """Skin under seven dark hairs of two to five pixels, and where they are."""
    hairs = np.zeros((HEIGHT, WIDTH), np.uint8)
    chance = np.random.default_rng(seed)
    for number in range(7):
        start, end = chance.integers(0, (WIDTH, HEIGHT), (2, 2)).astype(float)
        bend = (start + end) / 2 + chance.normal(0, 40, 2)
        t = np.linspace(0, 1, 60)[:, None]
        curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
        cv2.polylines(hairs, [np.rint(curve).astype(np.int32)], False, 1, 2 + number % 4)
    dark = skin()
    dark[hairs > 0] = (60, 40, 35)
    return cv2.GaussianBlur(dark, (0, 0), 0.7), hairs


def with_disc(radius: int, centre: tuple[int, int]) -> Pixels:
    """Skin as a dermatoscope shows it: a disc, and black around it."""
    disc = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(disc, centre, radius, 1, -1)
    return skin() * disc[..., None] + np.uint8(3)


def peak(heat_map: np.ndarray) -> tuple[float, float]:
    y, x = np.nonzero(heat_map > 0.8 * heat_map.max())
    return x.mean() + 0.5, y.mean() + 0.5


class TestShadesOfGray:
    def test_that_the_light_is_the_minkowski_mean_of_power_six(self) -> None:
        """All pixels but the outermost, with the formula of the paper."""
        pixels = skin()
        inner = pixels[1:-1, 1:-1].reshape(-1, 3).astype(float)
        expected = (inner**6).mean(0) ** (1 / 6)
        assert light_of(pixels) == pytest.approx(expected / np.linalg.norm(expected), abs=1e-9)

    def test_that_a_grey_photograph_stays_as_it_is(self) -> None:
        grey = np.repeat(skin()[..., :1], 3, axis=2)
        assert light_of(grey) == pytest.approx(np.ones(3) / np.sqrt(3))
        assert np.array_equal(without_tint(grey), grey)

    @pytest.mark.parametrize("tint", [(0.9, 0.7, 0.5), (0.5, 0.8, 1.0), (1.0, 0.6, 0.6)])
    def test_that_a_tint_is_taken_out_up_to_one_factor(self, tint: tuple[float, ...]) -> None:
        dark = skin() // 2
        tinted = np.rint(dark * np.array(tint)).astype(np.uint8)
        one, other = without_tint(dark).astype(float), without_tint(tinted).astype(float)
        factor = (one * other).sum() / (one * one).sum()
        # Rounding to whole numbers twice, on values of some 60.
        assert np.abs(other - factor * one).max() <= 3
        assert np.abs((other - factor * one).mean((0, 1))).max() < 0.15

    def test_that_saturated_pixels_and_their_neighbours_tell_nothing(self) -> None:
        pixels, glare = skin(), skin()
        glare[100:140, 200:260] = (255, 255, 200)
        glare[99, 199:261] = glare[140, 199:261] = (254, 20, 20)
        glare[99:141, 199] = glare[99:141, 260] = (254, 20, 20)
        assert light_of(glare) == pytest.approx(light_of(pixels), abs=2e-3)
        counted = np.ones((HEIGHT, WIDTH), bool)
        counted[[0, -1]] = counted[:, [0, -1]] = counted[99:141, 199:261] = False
        expected = (glare[counted].astype(float) ** 6).mean(0) ** (1 / 6)
        assert light_of(glare) == pytest.approx(expected / np.linalg.norm(expected), abs=1e-9)

    @pytest.mark.parametrize("colour", [(255, 255, 255), (120, 0, 90), (0, 0, 0)])
    def test_that_photographs_that_tell_nothing_stay(self, colour: tuple[int, ...]) -> None:
        pixels = np.full((40, 50, 3), colour, np.uint8)
        assert light_of(pixels) is None
        assert np.array_equal(without_tint(pixels), pixels)


class TestBorder:
    @pytest.mark.parametrize(("radius", "centre"), [(200, (300, 225)), (150, (250, 200))])
    def test_that_a_disc_is_cut_to_nine_tenths_of_its_radius(
        self, radius: int, centre: tuple[int, int]
    ) -> None:
        found = np.array(inside_border(with_disc(radius, centre)))
        reach = 0.9 * radius
        x, y = centre[0] + 0.5, centre[1] + 0.5
        assert np.abs(found - (x - reach, y - reach, x + reach, y + reach)).max() <= 4

    def test_that_the_square_ends_at_the_photograph(self) -> None:
        assert inside_border(with_disc(230, (180, 225)))[0] == 0

    def test_that_a_black_frame_is_cut_off(self) -> None:
        framed = np.full((HEIGHT, WIDTH, 3), 3, np.uint8)
        framed[75:375, 150:450] = skin()[75:375, 150:450]
        assert np.abs(np.array(inside_border(framed)) - (150, 75, 450, 375)).max() <= 4

    def test_that_photographs_without_a_border_stay_whole(self) -> None:
        for pixels in (skin(), np.zeros((30, 40, 3), np.uint8), np.full((1, 1, 3), 9, np.uint8)):
            height, width = pixels.shape[:2]
            assert inside_border(pixels) == (0, 0, width, height)
        dark_lesion = skin()
        cv2.circle(dark_lesion, (300, 225), 120, (15, 10, 10), -1)
        assert inside_border(dark_lesion) == (0, 0, WIDTH, HEIGHT)

    def test_that_large_photographs_are_cut_alike(self) -> None:
        large = cv2.resize(with_disc(200, (300, 225)), (2400, 1800), interpolation=cv2.INTER_CUBIC)
        small = np.array(inside_border(with_disc(200, (300, 225))))
        assert np.abs(np.array(inside_border(large)) - 4 * small).max() <= 8


class TestHair:
    @pytest.mark.parametrize("seed", range(4))
    def test_that_drawn_hairs_are_found_and_little_else(self, seed: int) -> None:
        pixels, hairs = hairy(seed)
        found = find_hair(pixels) > 0
        assert found[hairs > 0].mean() > 0.9
        near = cv2.dilate(hairs, np.ones((9, 9), np.uint8)) > 0
        assert (found & ~near).mean() < 0.001

    @pytest.mark.parametrize("seed", range(4))
    def test_that_hairs_are_filled_with_the_skin_beside_them(self, seed: int) -> None:
        pixels, hairs = hairy(seed)
        clean, filled = skin().astype(float), without_hair(pixels, find_hair(pixels)).astype(float)
        before = np.abs(pixels.astype(float) - clean)[hairs > 0].mean()
        after = np.abs(filled - clean)[hairs > 0].mean()
        assert before > 60
        assert after < 8

    def test_that_nothing_else_changes(self) -> None:
        pixels, _ = hairy()
        mask = find_hair(pixels)
        kept = mask == 0
        assert np.array_equal(without_hair(pixels, mask)[kept], pixels[kept])
        assert np.array_equal(pixels, hairy()[0])

    def test_that_dots_short_strokes_and_wide_bands_are_no_hair(self) -> None:
        pixels = skin()
        chance = np.random.default_rng(3)
        for x, y in chance.integers(20, (WIDTH - 20, HEIGHT - 20), (60, 2)).tolist():
            cv2.circle(pixels, (x, y), 4, (60, 40, 35), -1)
        cv2.line(pixels, (40, 40), (65, 60), (60, 40, 35), 4)
        cv2.line(pixels, (0, 300), (599, 320), (60, 40, 35), 30)
        assert find_hair(pixels).mean() / 255 < 0.004

    def test_that_a_network_of_pigment_is_no_hair(self) -> None:
        pixels = skin()
        for x in range(200, 400, 14):
            for y in range(120, 330, 14):
                cv2.circle(pixels, (x + (y // 14 % 2) * 7, y), 7, (90, 60, 50), 2)
        assert find_hair(pixels).mean() / 255 < 0.004

    def test_that_a_dark_line_along_the_edge_is_no_hair(self) -> None:
        pixels = skin()
        pixels[[0, 1, -2, -1]] = pixels[:, [0, 1, -2, -1]] = (60, 40, 35)
        assert not find_hair(pixels).any()

    @pytest.mark.parametrize("size", [(1, 1), (7, 300), (40, 30)])
    def test_that_tiny_photographs_are_no_trouble(self, size: tuple[int, int]) -> None:
        pixels = np.random.default_rng(0).integers(0, 255, (*size, 3), dtype=np.uint8)
        assert without_hair(pixels, find_hair(pixels)).shape == pixels.shape


class TestPrepare:
    def test_that_steps_survive_json_in_the_order_they_are_done(self) -> None:
        how = Preprocessing(224, steps=("shades of gray", "border crop"))
        assert how.steps == ("border crop", "shades of gray")
        assert Preprocessing.from_json(how.to_json()) == how
        assert how.to_json()["steps"] == ["border crop", "shades of gray"]

    def test_that_cards_without_steps_mean_what_they_did(self) -> None:
        """A new key would give results that are stored already another name."""
        assert "steps" not in Preprocessing(224).to_json()
        assert Preprocessing.from_json(Preprocessing(224).to_json()).steps == ()

    def test_that_an_unknown_step_is_refused(self) -> None:
        with pytest.raises(ValueError, match="preprocessing 'sharpening'"):
            Preprocessing.from_json(Preprocessing(224).to_json() | {"steps": ["sharpening"]})

    @pytest.mark.parametrize("step", STEPS)
    def test_that_each_step_changes_the_pixels(self, step: Step) -> None:
        pixels, _ = hairy()
        disc = with_disc(200, (300, 225))
        data = encode(disc if step == "border crop" else pixels)
        assert not np.array_equal(
            prepare(data, Preprocessing(224)), prepare(data, Preprocessing(224, steps=(step,)))
        )

    def test_that_the_last_stage_is_what_the_network_sees(self) -> None:
        data = jpeg(hairy()[0])
        for steps in ((), STEPS[:1], STEPS[1:], STEPS):
            how = Preprocessing(128, steps=steps)
            found = list(stages(data, how))
            assert [each.name for each in found if each.name in STEPS] == list(steps)
            assert np.array_equal(found[-1].pixels, prepare(data, how))
            assert found[-1].box == seen(data, how).box
            masks = [each.name for each in found if each.mask is not None]
            assert masks == [name for name in steps if name == "hair removal"]

    @pytest.mark.parametrize("mode", ["stretch", "centre crop"])
    @pytest.mark.parametrize("orientation", [1, 2, 3, 6, 7, 8])
    @pytest.mark.parametrize("size", [(600, 450), (1200, 900), (601, 451), (1604, 1200)])
    def test_that_pixels_come_from_where_the_box_says(
        self, size: tuple[int, int], orientation: int, mode: str
    ) -> None:
        """A ramp in a disc: the network's pixels hold the coordinates that they come from."""
        width, height = size
        scale = width / 600
        disc = np.zeros((height, width), np.uint8)
        cv2.circle(disc, (round(280 * scale), round(215 * scale)), round(160 * scale), 1, -1)
        upright = ramp(width, height)
        upright[..., 2] = 120
        data = jpeg(STORED_AS[orientation](upright * disc[..., None]), orientation)
        how = Preprocessing(112, mode, steps=("border crop",))  # type: ignore[arg-type]
        pixels, box = seen(data, how)
        assert box == box_seen(data, size, how)
        x0, y0, x1, y1 = box
        assert x1 - x0 == pytest.approx(288 * scale, abs=6 * scale)
        steps = (np.arange(112) + 0.5) / 112
        red = (x0 + steps * (x1 - x0)) / width * 250
        green = (y0 + steps * (y1 - y0)) / height * 250
        # The middle: nothing of the disc's edge.
        middle = slice(30, 82)
        found = pixels[middle, middle].astype(float)
        assert found[..., 0].mean(0) == pytest.approx(red[middle], abs=1.0)
        assert found[..., 1].mean(1) == pytest.approx(green[middle], abs=1.0)
        # Half a pixel of the network's would be 0.54 and more.
        assert abs((found[..., 0].mean(0) - red[middle]).mean()) < 0.25
        assert abs((found[..., 1].mean(1) - green[middle]).mean()) < 0.25

    def test_that_a_heat_map_lies_on_what_moved_the_network(self) -> None:
        """A white spot far from the middle: the brightest cells of the input, drawn back."""
        photograph = with_disc(190, (230, 220)) // 2
        cv2.circle(photograph, (330, 250), 12, (250, 250, 250), -1)
        pixels, box = seen(encode(photograph), Preprocessing(224, steps=("border crop",)))
        cells = cv2.resize(
            pixels[..., 1].astype(np.float32), (28, 28), interpolation=cv2.INTER_AREA
        )
        assert peak(upsample(cells, WIDTH, HEIGHT, box)) == pytest.approx((330, 250), abs=4)
        whole = crop_box(WIDTH, HEIGHT, "stretch")
        assert abs(peak(upsample(cells, WIDTH, HEIGHT, whole))[0] - 330) > 30
