"""Where on the body: the words of HAM10000 in those of the ISIC archive."""

# Exact on all 10,015 images that HAM10000 and ISIC 2019 share; HAM10000's trunk, genital and
# unknown are empty there.
_GENERAL = {
    "back": "posterior torso",
    "abdomen": "anterior torso",
    "chest": "anterior torso",
    "face": "head/neck",
    "neck": "head/neck",
    "scalp": "head/neck",
    "ear": "head/neck",
    "foot": "lower extremity",
    "hand": "upper extremity",
    "acral": "palms/soles",
}
_VAGUE = frozenset(("trunk", "genital", "unknown"))


def general_site(site: str) -> str:
    """The archive's `anatom_site_general` for a site, "" where it has none."""
    return "" if site in _VAGUE else _GENERAL.get(site, site)
