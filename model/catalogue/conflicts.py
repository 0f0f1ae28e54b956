"""When what two tables say of one image cannot both be right."""

from model.catalogue.facts import Facts
from model.catalogue.sites import general_site
from model.taxonomy import BENIGN, MALIGNANT, lesion_class

# HAM10000's and ISIC 2018's akiec is, image by image, ISIC 2019's AK or SCC.
_ALSO_AKIEC = frozenset(("AKIEC", "AK", "SCC"))
_BINARY = frozenset((MALIGNANT, BENIGN))


def conflicting_fields(one: Facts, two: Facts) -> list[str]:
    """Names of the facts that contradict; what is not recorded contradicts nothing."""
    return [name for name, agree in _COMPARED.items() if not agree(one, two)]


def labels_agree(one: str, two: str) -> bool:
    """Whether two labels can both be right of one lesion."""
    labels = {one, two} - {""}
    if len(labels) < 2 or ("AKIEC" in labels and labels <= _ALSO_AKIEC):
        return True
    if labels & _BINARY and labels != _BINARY:
        return lesion_class(one).malignant == lesion_class(two).malignant
    return False


def _lesions_agree(one: Facts, two: Facts) -> bool:
    # The archive's IL_ and HAM10000's HAM_ name the same lesions, each in its own way.
    spaces = {each.lesion_id.partition("_")[0] for each in (one, two)}
    return len(spaces) > 1 or _same(one.lesion_id, two.lesion_id)


def _sites_agree(one: Facts, two: Facts) -> bool:
    return _same(general_site(one.site), general_site(two.site))


def _same(one: str | float | None, two: str | float | None) -> bool:
    return one == two or one in ("", None) or two in ("", None)


_COMPARED = {
    "label": lambda one, two: labels_agree(one.label, two.label),
    "lesion_id": _lesions_agree,
    "basis": lambda one, two: _same(one.basis, two.basis),
    "age": lambda one, two: _same(one.age, two.age),
    "sex": lambda one, two: _same(one.sex, two.sex),
    "site": _sites_agree,
}
