"""What a training would see of one image, by the code that trains."""

from dataclasses import dataclass

from model.augmentation import Augmentation, augmented, view_generator
from model.images import Box, Pixels, Preprocessing, Stage, decode, prepare, stages
from model.views import view


@dataclass(frozen=True, slots=True)
class Preview:
    """From a photograph to what a network learns from.

    Attributes:
        photograph: uint8 [H, W, 3], RGB, upright.
        box: What the network sees of it: x0, y0, x1, y1 in its pixels.
        stages: After each step, with what it found; the last is what the network sees when it
            classifies.
        augmented: As single epochs would see it, or the head alone, each uint8 [S, S, 3].
    """

    photograph: Pixels
    box: Box
    stages: tuple[Stage, ...]
    augmented: tuple[Pixels, ...]


def preview(
    data: bytes,
    preprocessing: Preprocessing,
    augmentation: Augmentation,
    draws: int = 6,
    seed: int = 0,
    exact_views: int = 0,
) -> Preview:
    """Prepare and change one image as a training would.

    Args:
        data: The file.
        preprocessing: How it becomes the network's input, with room for what is enlarged.
        augmentation: How it may be changed.
        draws: How many epochs to imitate.
        seed: Of the changes.
        exact_views: So many exact views and nothing at random: what the head alone learns from.
            0 for the changes of epochs.

    Raises:
        ImageError: It is no image that can be read whole.
    """
    _, *after = stages(data, preprocessing)
    if exact_views:
        pixels = prepare(data, preprocessing)
        views = [view(pixels, number) for number in range(exact_views)]
    else:
        pixels = prepare(data, preprocessing.enlarged)
        views = [
            augmented(pixels, preprocessing.size, augmentation, view_generator(seed, epoch, 0))
            for epoch in range(1, draws + 1)
        ]
    return Preview(decode(data), after[-1].box, tuple(after), tuple(views))
