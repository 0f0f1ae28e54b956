"""What a report says of a classifier, from its card."""

from collections.abc import Iterator
from typing import Any

from model.classifier.card import Card

_METRICS = ("balanced_accuracy", "accuracy", "macro_f1")


def card_facts(card: Card) -> dict[str, str]:
    """Names and texts for people, in the order of a report; texts may be empty."""
    return {
        "name": card.name,
        "created": card.created,
        "classes": ", ".join(card.classes),
        "trained on": card.data,
        "intended use": card.intended_use,
        "not for": card.not_for,
        "licence": card.licence,
        "network (SHA-256)": card.network_hash,
        "images": ", ".join(f"{len(images):,} {split}" for split, images in card.images.items()),
        "its own test": ", ".join(_figures(card.metrics.get("test"))),
    }


def _figures(test: Any) -> Iterator[str]:
    """The headline figures of its test images; a card of another program may hold anything."""
    if not isinstance(test, dict):
        return
    for name in _METRICS:
        found = test.get(name)
        if isinstance(found, dict) and isinstance(found.get("value"), float):
            bounds = found.get("low"), found.get("high")
            known = all(isinstance(bound, float) for bound in bounds)
            interval = f" ({bounds[0]:.3f} to {bounds[1]:.3f})" if known else ""
            yield f"{name.replace('_', ' ')} {found['value']:.3f}{interval}"
