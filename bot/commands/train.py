"""`train`: learn the weights of understanding from labelled messages. Needs scikit-learn, a development tool."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import Any

from bot.bench import corpora
from bot.commands import CommandError
from config import HERE
from handlers.understanding.hearing import DANGER, features_to_learn
from handlers.understanding.issues import CATEGORY, SEVERAL, URGENCY
from handlers.understanding.linear import evening, save_model
from handlers.understanding.normal import normalise
from handlers.understanding.words import cut

SEED = 20220915
RARE = 3  # a feature seen fewer times is not kept
STRENGTH = 2.0  # inverse of the regularisation
# How much a rule is trusted before any example is seen; the weights are scaled back afterwards.
TRUST_IN_RULES = 3.0
# The share of a feature's scale that does not depend on how unevenly it falls; rare labels have too few examples.
EVEN_SHARE = {"issue": 0.25, "chat": 0.25}
RARITY_BOOST = 0.6
FOLDS = 5  # to calibrate each label on authors that were not learnt from
TINY = 0.04  # a feature is dropped whose every weight is below this share of its label's largest
WEIGHT = {"labelled": 1.0, "chat": 1.0, "homes": 0.6, "letters": 1.0}
SELDOM = 0.1  # of these weights for texts without labels of ours, where a label is neither `issue` nor `chat`


@dataclass(frozen=True)
class Example:
    """A text with its labels: intents, `category:…` and `urgency:…`."""

    text: str
    labels: frozenset[str]
    kind: str = "labelled"
    author: str = ""
    at: datetime = datetime(2026, 3, 11, 19, 42, tzinfo=UTC)


def labels_of(message: dict[str, Any]) -> frozenset[str]:
    """All labels that a labelled message teaches."""
    issues = message.get("issues", [])
    urgencies = {issue["urgency"] for issue in issues}
    levels = {"emergency": {"urgent", "emergency"}, "urgent": {"urgent"}, "normal": set()}
    heard = {f"{URGENCY}{level}" for urgency in urgencies for level in levels[urgency]}
    heard |= {SEVERAL} if len(issues) > 1 else set()
    heard |= {DANGER} if "emergency" in urgencies else set()
    return frozenset({*message["intents"], *(f"{CATEGORY}{issue['category']}" for issue in issues), *heard})


def read_messages(files: Iterable[Path]) -> list[Example]:
    """Labelled messages, a JSON object a line; a file is an author's. Raises CommandError with file, line and fault."""
    return [_message(file, number, line) for file in files for number, line in _numbered(file)]


def _numbered(file: Path) -> list[tuple[int, str]]:
    lines = enumerate(file.read_text("utf-8").splitlines(), 1)
    return [(number, line) for number, line in lines if line.strip()]


def _message(file: Path, number: int, line: str) -> Example:
    try:
        message = json.loads(line)
        at = datetime.fromisoformat(message["at"])
        return Example(message["text"], labels_of(message), author=file.stem, at=at)
    except KeyError as error:
        raise CommandError(f"{file}, line {number}: {error.args[0]} is missing") from None
    except (ValueError, TypeError) as error:
        raise CommandError(f"{file}, line {number}: {error}") from None


def read_corpora(folder: Path) -> list[Example]:
    """Chat without problems and headlines of real complaints, but for the fifth that judges (bot/bench/corpora.py)."""
    kinds = {"chat": ("chat", corpora.CHAT), "homes": ("chat", corpora.HOMES), "letters": ("issue", corpora.LETTERS)}
    return [
        Example(text, frozenset({label}), kind)
        for kind, (label, files) in kinds.items()
        for file in files
        for text in corpora.read(folder / file)
        if not corpora.is_judging(text)
    ]


@dataclass(frozen=True)
class Learnt:
    """Labels, their intercepts, and a weight a label for every feature."""

    labels: list[str]
    intercepts: list[float]
    weights: dict[str, list[float]]


def learn(examples: Sequence[Example]) -> Learnt:
    """One logistic regression a label: the intents and DANGER, then categories and urgencies."""
    import numpy
    from joblib import Parallel, delayed  # type: ignore[import-untyped]
    from scipy.sparse import diags_array  # type: ignore[import-untyped]
    from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]

    seen = CountVectorizer(
        analyzer=lambda example: features_to_learn(example.text, example.at), min_df=RARE, dtype=float
    )
    table = seen.fit_transform(examples)
    names = [str(name) for name in seen.get_feature_names_out()]
    labels = sorted({label for example in examples for label in example.labels})
    chosen = [*(x for x in labels if ":" not in x and x != DANGER), DANGER, *(x for x in labels if ":" in x)]
    trust = [TRUST_IN_RULES if name.startswith("r:") else 1.0 for name in names]
    evened = diags_array([evening(int(count)) for count in numpy.asarray(table.sum(axis=1)).ravel()])
    trusted = (evened @ table @ diags_array(trust)).tocsr()
    fitted = Parallel(n_jobs=-1)(delayed(_fit)(trusted, examples, label) for label in chosen)
    columns = [[weight * factor for weight, factor in zip(weights, trust, strict=True)] for _, weights in fitted]
    tops = [max(map(abs, column)) for column in columns]
    rows = zip(names, zip(*columns, strict=True), strict=True)
    weights = {name: list(row) for name, row in rows if _is_worth_keeping(row, tops)}
    return Learnt(chosen, [float(intercept) for intercept, _ in fitted], weights)


def _is_worth_keeping(row: Sequence[float], tops: Sequence[float]) -> bool:
    return any(abs(weight) > TINY * top for weight, top in zip(row, tops, strict=True))


def _teaches(example: Example, label: str) -> bool:
    """Categories and urgency are learnt from labelled problems; a headline may well be a question, too."""
    if ":" in label:
        return example.kind == "labelled" and "issue" in example.labels
    return example.kind != "letters" or label in ("issue", "chat", DANGER)


def _weight(example: Example, label: str) -> float:
    is_ours = example.kind == "labelled" or label in ("issue", "chat")
    return WEIGHT[example.kind] * (1.0 if is_ours else SELDOM)


def _fit(table: Any, examples: Sequence[Example], label: str) -> tuple[float, list[float]]:
    """Intercept and weights of one label, calibrated: their sum is the log-odds on authors not learnt from."""
    import numpy

    chosen = numpy.array([k for k, example in enumerate(examples) if _teaches(example, label)])
    truth = numpy.array([label in examples[k].labels for k in chosen])
    # Rare labels would drown: their examples count more, but not as much as to be as frequent as the rest.
    boost = ((len(truth) - truth.sum()) / max(1, truth.sum())) ** RARITY_BOOST
    weights = numpy.array([_weight(examples[k], label) for k in chosen]) * numpy.where(truth, boost, 1.0)
    rows = table[chosen]
    intercept, coefficients = _regress(rows, truth, weights, label)
    slope, shift = _calibration(rows, truth, weights, [examples[k] for k in chosen], label)
    return intercept * slope + shift, (coefficients * slope).tolist()


def _regress(table: Any, truth: Any, weights: Any, label: str) -> tuple[float, Any]:
    """Logistic regression on features scaled by how unevenly they fall (Wang, Manning 2012)."""
    import numpy
    from scipy.sparse import diags_array
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    counted = diags_array(weights) @ (table > 0).astype(float)
    true, false = (numpy.asarray(counted[side].sum(axis=0)).ravel() + 1 for side in (truth, ~truth))
    even = EVEN_SHARE.get(label, 1.0)
    scale = even + (1 - even) * numpy.abs(numpy.log(true / true.sum() / (false / false.sum())))
    fitted = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED)
    fitted.fit((table @ diags_array(scale)).tocsr(), truth, sample_weight=weights)
    return float(fitted.intercept_[0]), fitted.coef_[0] * scale


def _calibration(table: Any, truth: Any, weights: Any, examples: Sequence[Example], label: str) -> tuple[float, float]:
    """Slope and shift that turn a margin into log-odds (Platt 1999), from labelled messages by authors left out."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    authors = sorted({example.author for example in examples if example.kind == "labelled"})
    fold_of = {author: k % FOLDS for k, author in enumerate(authors)} | {"": FOLDS}
    fold = numpy.array([fold_of[example.author] for example in examples])
    margins = numpy.zeros(len(truth))
    for k in set(fold_of.values()) - {FOLDS}:
        intercept, coefficients = _regress(table[fold != k], truth[fold != k], weights[fold != k], label)
        margins[fold == k] = table[fold == k] @ coefficients + intercept
    told = fold != FOLDS
    if truth[told].all() or not truth[told].any():
        return 1.0, 0.0
    platt = LogisticRegression(C=1e6).fit(margins[told, None], truth[told])
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def worth_of_words(examples: Sequence[Example]) -> dict[str, float]:
    """How much a word tells: its idf in group talk, and up to 3 more where it comes mainly with one kind of matter."""
    by_label: dict[str, Counter[str]] = {}
    every: Counter[str] = Counter()
    for example in examples:
        words = {word for word in cut(normalise(example.text)) if len(word) > 1}
        every.update(words)
        for label in _matters(example):
            by_label.setdefault(label, Counter()).update(words)
    total, sizes = len(examples), {label: sum(_is_of(example, label) for example in examples) for label in by_label}
    kept = {word: count for word, count in every.items() if count >= RARE + 1}
    return {word: log(total / n) + _lift(word, n / total, by_label, sizes) for word, n in kept.items()}


def _matters(example: Example) -> list[str]:
    return [label for label in example.labels if label.startswith(CATEGORY) or label.startswith("booking")]


def _is_of(example: Example, label: str) -> bool:
    return label in example.labels


def _lift(word: str, share: float, by_label: dict[str, Counter[str]], sizes: dict[str, int]) -> float:
    """The logarithm of how many times as often the word comes with the matter that it comes with most."""
    lifts = (words[word] / sizes[label] / share for label, words in by_label.items() if words[word] > 1)
    return min(3.0, log(max(1.0, *lifts, 1.0)))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--sentences", nargs="+", type=Path, required=True, metavar="FILE", help="labelled, JSON Lines")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="texts without labels of ours")
    parser.add_argument("--out", type=Path, default=HERE / "weights", metavar="FOLDER")


def run(args: Namespace) -> None:
    """Learns the weights and writes them. Raises CommandError where scikit-learn or a file is missing or broken."""
    try:
        examples = read_messages(args.sentences) + (read_corpora(args.data) if args.data else [])
        learnt = learn(examples)
    except ModuleNotFoundError as error:
        raise CommandError(f"{error.name} is needed to learn: pip install -r tests/requirements.txt") from None
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from None
    save_model(args.out / "reading.bin", learnt.labels, learnt.intercepts, learnt.weights)
    lines = [f"{word} {worth:.2f}" for word, worth in sorted(worth_of_words(examples).items())]
    (args.out / "words.txt").write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(examples)} texts, {len(learnt.weights)} features, {len(learnt.labels)} labels: {args.out}")
