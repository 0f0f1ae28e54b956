"""What happens at random to an image while a network learns: the same image, seen otherwise.

[augmentation]
flips = true          # mirrored and turned by quarters: the eight exact views
rotation = 180.0      # degrees to either side
zoom = 0.2            # up to so much larger or smaller
brightness = 0.1      # colour jitter: added, as a share of the full range
contrast = 0.2        #   factor 1 - x to 1 + x
saturation = 0.2      #   factor 1 - x to 1 + x
hue = 0.02            #   turn of the colour circle, as a share of it
cutout = 0.0          # side of a grey square, as a share of the image's
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far an image may be changed; 0 and False leave it as it is.

    Attributes:
        flips: Each of the eight symmetries of a square is as likely.
        rotation: Degrees, 0..180; any angle up to it to either side.
        zoom: Factor between 1 / (1 + zoom) and 1 + zoom, 0..1.
        brightness: Share of the full range, 0..1.
        contrast: 0..1.
        saturation: 0..1.
        hue: Share of the colour circle, 0..0.5.
        cutout: Largest side of the square as a share of the image's, 0..1.
    """

    flips: bool = True
    rotation: float = 180.0
    zoom: float = 0.2
    brightness: float = 0.1
    contrast: float = 0.2
    saturation: float = 0.2
    hue: float = 0.02
    cutout: float = 0.0

    def complaints(self) -> Iterator[str]:
        """What makes no sense, in words."""
        limits = {
            "rotation": 180.0,
            "zoom": 1.0,
            "brightness": 1.0,
            "contrast": 1.0,
            "saturation": 1.0,
            "hue": 0.5,
            "cutout": 1.0,
        }
        for name, limit in limits.items():
            if not 0 <= getattr(self, name) <= limit:
                yield f"augmentation.{name} is not in 0..{limit:g}"
