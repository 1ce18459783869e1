"""The seven departments that answer letters to a city, learnt and judged anew: do our features carry other labels?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.bench import Row, corpora
from handlers.understanding.features import grams_of
from handlers.understanding.normal import normalise
from handlers.understanding.words import cut

SEED = 20220915
FOLDS = 5  # each an 80/20 split


def rows(file: Path) -> Iterator[Row]:
    """Macro-F1 over the departments, the mean of five 80/20 splits. Nothing where scikit-learn is not installed."""
    try:
        figure, n = _measure(file)
    except ModuleNotFoundError:
        return
    yield Row("7 departments of letters, macro-F1", round(figure, 3), n, "≥0.90", "SVM 0.876", SEED)


def _features(text: str) -> list[str]:
    normal = normalise(text)
    return grams_of(normal) + [f"w:{word}" for word in cut(normal) if len(word) > 1]


def _measure(file: Path) -> tuple[float, int]:
    import numpy
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    told = [(label, text) for label, text in corpora.read_labelled(file) if label]
    truth, texts = numpy.array([label for label, _ in told]), numpy.array([text for _, text in told])
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(texts, truth)
    return float(numpy.mean([_fold(texts, truth, *split) for split in splits])), len(told)


def _fold(texts: Any, truth: Any, learning: Any, judging: Any) -> float:
    """A linear SVM and a naive Bayes, added up."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.metrics import f1_score  # type: ignore[import-untyped]
    from sklearn.naive_bayes import ComplementNB  # type: ignore[import-untyped]
    from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

    seen = TfidfVectorizer(analyzer=_features, sublinear_tf=True)
    known, asked = seen.fit_transform(texts[learning]), seen.transform(texts[judging])
    line = LinearSVC(C=0.3, class_weight="balanced", random_state=SEED).fit(known, truth[learning])
    bayes = ComplementNB(alpha=0.3).fit(known, truth[learning])
    margins, chances = line.decision_function(asked), bayes.predict_log_proba(asked)
    chances = chances - chances.mean(axis=1, keepdims=True)
    best = (margins / margins.std() + 0.7 * chances / chances.std()).argmax(axis=1)
    return float(f1_score(truth[judging], line.classes_[best], average="macro"))
