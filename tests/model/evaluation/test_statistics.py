"""Every statistic of an evaluation against scikit-learn, to 1e-9."""

import numpy as np
import pytest
from sklearn import metrics as reference

from model.evaluation.evaluation import evaluate
from model.evaluation.metrics import Floats, Integers
from model.evaluation.pairs import Pair, against_rest, pair, pair_with_probabilities
from model.evaluation.ranking import curve

CLASSES = ("MEL", "NV", "BCC", "DF")
EXACT = {"rel": 0, "abs": 1e-9}


def made_pair(images: int = 240, seed: int = 3) -> Pair:
    """Imbalanced classes, probabilities with ties between images, two images a lesion."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(4, images, p=[0.3, 0.5, 0.15, 0.05])
    scores = generator.normal(size=(images, 4))
    scores[np.arange(images), truth] += 1.2
    values = np.exp(scores)
    values = np.round(values / values.sum(1, keepdims=True), 2) + np.arange(4) / 1e4
    return pair_with_probabilities(
        CLASSES, truth, values, [f"lesion {at // 2}" for at in range(images)]
    )


def probabilities_of(made: Pair) -> Floats:
    assert made.probabilities is not None
    return made.probabilities


PAIR = made_pair()
FOUND = evaluate(PAIR, draws=20)
BINARY = [(PAIR.truth == at, PAIR.predicted == at) for at in range(4)]


def counted(truth: Integers, predicted: Integers, name: str) -> float:
    options = {"zero_division": 0}
    functions = {
        "accuracy": lambda: reference.accuracy_score(truth, predicted),
        "balanced_accuracy": lambda: reference.balanced_accuracy_score(truth, predicted),
        "macro_f1": lambda: reference.f1_score(truth, predicted, average="macro", **options),
        "weighted_f1": lambda: reference.f1_score(truth, predicted, average="weighted", **options),
        "macro_precision": lambda: reference.precision_score(
            truth, predicted, average="macro", **options
        ),
        "weighted_precision": lambda: reference.precision_score(
            truth, predicted, average="weighted", **options
        ),
        "cohens_kappa": lambda: reference.cohen_kappa_score(truth, predicted),
    }
    return float(functions[name]())


NAMES = (
    *("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1"),
    *("macro_precision", "weighted_precision", "cohens_kappa"),
)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_statistic_of_counts_is_scikit_learns(name: str) -> None:
    expected = counted(PAIR.truth, PAIR.predicted, name)
    assert FOUND.overall[name].value == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_class_never_predicted_counts_as_in_scikit_learn(name: str) -> None:
    truth, predicted = np.array([0, 0, 1, 1, 2, 3]), np.array([0, 1, 1, 1, 0, 0])
    found = evaluate(pair(CLASSES, truth, predicted), draws=5)
    expected = counted(truth, predicted, name)
    assert found.overall[name].value == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("recall", reference.recall_score),
        ("precision", reference.precision_score),
        ("f1", reference.f1_score),
        ("accuracy", reference.accuracy_score),
        ("cohens_kappa", reference.cohen_kappa_score),
    ],
)
def test_that_a_statistic_by_class_is_scikit_learns(name: str, function: object) -> None:
    assert callable(function)
    expected = [function(*both) for both in BINARY]
    assert [each.value for each in FOUND.by_class[name]] == pytest.approx(expected, **EXACT)


def test_that_specificity_is_the_recall_of_all_others() -> None:
    expected = [reference.recall_score(~truth, ~named) for truth, named in BINARY]
    found = [each.value for each in FOUND.by_class["specificity"]]
    assert found == pytest.approx(expected, **EXACT)
    assert FOUND.overall["macro_specificity"].value == pytest.approx(np.mean(expected), **EXACT)


def test_that_areas_and_average_precision_are_scikit_learns_with_ties() -> None:
    columns = probabilities_of(PAIR).T
    pairs = list(zip(BINARY, columns, strict=True))
    areas = [reference.roc_auc_score(truth, scores) for (truth, _), scores in pairs]
    precisions = [reference.average_precision_score(truth, scores) for (truth, _), scores in pairs]
    assert [each.value for each in FOUND.by_class["auc"]] == pytest.approx(areas, **EXACT)
    found = [each.value for each in FOUND.by_class["average_precision"]]
    assert found == pytest.approx(precisions, **EXACT)
    assert FOUND.overall["macro_auc"].value == pytest.approx(np.mean(areas), **EXACT)


def test_that_the_matrix_is_scikit_learns() -> None:
    expected = reference.confusion_matrix(PAIR.truth, PAIR.predicted)
    assert FOUND.matrix.tolist() == expected.tolist()


def test_that_curves_are_scikit_learns() -> None:
    positive, scores = BINARY[0][0], probabilities_of(PAIR)[:, 0]
    points = curve(positive, scores)
    alarms, found, thresholds = reference.roc_curve(positive, scores, drop_intermediate=False)
    assert points.sensitivity.tolist() == pytest.approx(found.tolist(), **EXACT)
    assert (1 - points.specificity).tolist() == pytest.approx(alarms.tolist(), **EXACT)
    assert points.thresholds.tolist() == thresholds.tolist()
    precision, recall, _ = reference.precision_recall_curve(positive, scores)
    assert points.precision[::-1].tolist() == pytest.approx(precision.tolist(), **EXACT)
    assert points.sensitivity[::-1].tolist() == pytest.approx(recall.tolist(), **EXACT)


# Of the reference's section 8.3.
@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304348),
        ([[25, 35], [5, 35]], 0.2592593),
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], 0.4842),
    ],
)
def test_that_kappa_is_that_of_published_tables(matrix: list[list[int]], expected: float) -> None:
    rows, columns = np.indices(np.shape(matrix))
    truth, other = (np.repeat(each.ravel(), np.ravel(matrix)) for each in (rows, columns))
    found = evaluate(pair("ABC"[: len(matrix)], truth, other), draws=5)
    assert found.overall["cohens_kappa"].value == pytest.approx(expected, abs=5e-5)


def test_that_undecided_images_are_wrong_and_in_no_column() -> None:
    values = np.array([[0.5, 0.5, 0.0], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])
    made = pair_with_probabilities("ABC", np.array([0, 1, 2]), values)
    found = evaluate(made, draws=5)
    assert found.undecided.tolist() == [1, 0, 0]
    assert found.matrix.sum() == 2
    assert found.overall["accuracy"].value == pytest.approx(2 / 3)
    assert found.overall["balanced_accuracy"].value == pytest.approx(2 / 3)


def test_that_malignant_is_the_sum_of_its_classes() -> None:
    two = against_rest(PAIR, {"MEL", "BCC"}, ("malignant", "benign"))
    malignant = np.isin(PAIR.truth, [0, 2])
    scores = probabilities_of(PAIR)[:, [0, 2]].sum(1)
    found = evaluate(two, draws=5).by_class
    expected = reference.roc_auc_score(malignant, scores)
    assert found["auc"][0].value == pytest.approx(expected, **EXACT)
    named = np.isin(PAIR.predicted, [0, 2])
    assert found["recall"][0].value == pytest.approx(reference.recall_score(malignant, named))


def test_that_images_without_a_lesion_are_lesions_of_their_own() -> None:
    made = pair(("A", "B"), np.zeros(5, int), np.zeros(5, int), ["x", "x", "", "", "y"])
    assert made.lesion_count == 4
    assert evaluate(made, draws=5).interval.startswith("95 % intervals by bootstrap over lesions")
    alone = pair(("A", "B"), np.zeros(5, int), np.zeros(5, int))
    assert "over images, since no lesions are known" in evaluate(alone, draws=5).interval
