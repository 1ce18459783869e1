"""`train`: learn the weights of understanding from labelled messages. Needs scikit-learn, a development tool."""

from __future__ import annotations

import json
import random
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import Any

from bot.commands import CommandError
from config import HERE
from handlers.understanding import Context
from handlers.understanding.hearing import features_heard, hear
from handlers.understanding.issues import CATEGORY, SEVERAL, URGENCY
from handlers.understanding.linear import save_model
from handlers.understanding.words import cut

SEED = 20220915
RARE = 2  # a feature seen fewer times is not kept
RARITY_BOOST = 0.6
# The share of a feature's scale that does not depend on how unevenly it falls; rare labels have too few examples.
EVEN_SHARE = {"issue": 0.25, "chat": 0.25}
STRENGTH = 2.0  # inverse of the regularisation
CAUTION = {"issue": 1.0}  # β of the F score that sets the threshold; what a false ticket costs is decide.py's business
FOLDS = 4  # to find each label's threshold on messages that were not learnt from
MOST_CORPUS = 9_000  # texts without labels of their own that are learnt from
TINY = 0.004  # weights below this share of a label's largest are dropped
# How much a kind of feature is trusted before any example is seen; the weights are scaled back afterwards.
TRUST_INTENT = {"t:": 1.5, "r:": 3.0, "s:": 1.5, "k:": 5.0, "m:": 0.5}
TRUST_DETAIL = {"t:": 1.0, "r:": 3.0, "m:": 0.3, "k:": 0.3, "s:": 0.3}
WEIGHT = {"labelled": 1.0, "chat": 0.1, "homes": 0.05, "letters": 0.3}


@dataclass(frozen=True)
class Example:
    """A text with its labels: intents, `category:…` and `urgency:…`."""

    text: str
    labels: frozenset[str]
    kind: str = "labelled"
    at: datetime = datetime(2026, 3, 11, 19, 42, tzinfo=UTC)


def labels_of(message: dict[str, Any]) -> frozenset[str]:
    """All labels that a labelled message teaches."""
    issues = message.get("issues", [])
    urgencies = {issue["urgency"] for issue in issues}
    levels = {"emergency": {"urgent", "emergency"}, "urgent": {"urgent"}, "normal": set()}
    heard = {f"{URGENCY}{level}" for urgency in urgencies for level in levels[urgency]}
    heard |= {SEVERAL} if len({issue["category"] for issue in issues}) > 1 else set()
    return frozenset({*message["intents"], *(f"{CATEGORY}{issue['category']}" for issue in issues), *heard})


def read_messages(files: Iterable[Path]) -> list[Example]:
    """Labelled messages, a JSON object a line."""
    lines = (line for file in files for line in file.read_text("utf-8").splitlines() if line.strip())
    return [
        Example(message["text"], labels_of(message), at=datetime.fromisoformat(message["at"]))
        for message in map(json.loads, lines)
    ]


def read_corpora(folder: Path) -> list[Example]:
    """Chat without problems and headlines of real complaints, in a random but repeatable order."""
    chat = _lines(folder / "chat_weibo.txt")
    homes = _lines(folder / "chat_home_buyers.txt") + _lines(folder / "chat_home_agents.txt")
    letters = [line.rpartition("\t")[2] for line in _lines(folder / "letters_subjects.tsv")]
    examples = [Example(text, frozenset({"chat"}), "chat") for text in chat]
    examples += [Example(text, frozenset({"chat"}), "homes") for text in homes]
    examples += [Example(text, frozenset({"issue"}), "letters") for text in letters]
    random.Random(SEED).shuffle(examples)
    return examples


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line.strip()]


def learn(examples: Sequence[Example]) -> tuple[list[str], list[float], dict[str, list[float]]]:
    """Labels, intercepts and the weights of every feature, by one logistic regression a label."""
    from scipy.sparse import diags_array  # type: ignore[import-untyped]
    from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]

    seen = CountVectorizer(analyzer=_features, binary=True, min_df=RARE, dtype=float)
    table = seen.fit_transform(examples)
    names = seen.get_feature_names_out()
    labels = sorted({label for example in examples for label in example.labels})
    trusts = {is_detail: [_trust(name, is_detail) for name in names] for is_detail in (False, True)}
    tables = {is_detail: (table @ diags_array(trust)).tocsr() for is_detail, trust in trusts.items()}
    fitted = [_fit(tables[":" in label], examples, label) for label in labels]
    columns = [_scaled(weights, trusts[":" in label]) for label, (_, weights) in zip(labels, fitted, strict=True)]
    weights = {str(name): list(row) for name, row in zip(names, zip(*columns, strict=True), strict=True) if any(row)}
    return labels, [float(intercept) for intercept, _ in fitted], weights


def _trust(name: str, is_detail: bool) -> float:
    return (TRUST_DETAIL if is_detail else TRUST_INTENT).get(name[:2], 1.0)


def _scaled(weights: list[float], trust: list[float]) -> list[float]:
    """Weights for features that count 1 each; those too small to matter are dropped."""
    scaled = [weight * factor for weight, factor in zip(weights, trust, strict=True)]
    least = max(map(abs, scaled)) * TINY
    return [weight if abs(weight) >= least else 0.0 for weight in scaled]


def _features(example: Example) -> set[str]:
    return features_heard(hear(example.text, Context(), example.at))


def _teaches(example: Example, label: str) -> bool:
    """Categories and urgency are learnt from labelled problems; a headline may well be a question, too."""
    if ":" in label:
        return example.kind == "labelled" and "issue" in example.labels
    return example.kind != "letters" or label in ("issue", "chat")


def _fit(table: Any, examples: Sequence[Example], label: str) -> tuple[float, list[float]]:
    """Intercept and weights of one label, the intercept moved so that 0 is the best threshold."""
    import numpy

    chosen = numpy.array([k for k, example in enumerate(examples) if _teaches(example, label)])
    truth = numpy.array([label in examples[k].labels for k in chosen])
    # Rare labels would drown: their examples count more, but not as much as to be as frequent as the rest.
    boost = ((len(truth) - truth.sum()) / max(1, truth.sum())) ** RARITY_BOOST
    weights = numpy.array([WEIGHT[examples[k].kind] for k in chosen]) * numpy.where(truth, boost, 1.0)
    intercept, coefficients = _regress(table[chosen], truth, weights, label)
    if label.startswith(CATEGORY):  # the largest wins: no threshold
        return intercept, coefficients.tolist()
    is_labelled = numpy.array([examples[k].kind == "labelled" for k in chosen])
    threshold = _threshold(table[chosen], truth, weights, is_labelled, label)
    return intercept - threshold, coefficients.tolist()


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


def _threshold(table: Any, truth: Any, weights: Any, is_labelled: Any, label: str) -> float:
    """The margin that gives the best F1 on labelled messages left out of learning."""
    import numpy

    fold = numpy.where(is_labelled, numpy.random.default_rng(SEED).integers(0, FOLDS, len(truth)), FOLDS)
    margins = numpy.zeros(len(truth))
    for k in range(FOLDS):
        intercept, coefficients = _regress(table[fold != k], truth[fold != k], weights[fold != k], label)
        margins[fold == k] = table[fold == k] @ coefficients + intercept
    found, meant = margins[is_labelled], truth[is_labelled]
    steps = numpy.arange(-2.0, 2.0, 0.05)
    scores = [_f_score(meant, found > step, CAUTION.get(label, 1.0)) for step in steps]
    smooth = numpy.convolve(scores, numpy.ones(7) / 7, "same")  # one lucky message should not decide
    return float(steps[int(numpy.argmax(smooth))])


def _f_score(meant: Any, heard: Any, beta: float) -> float:
    """The F score that gives recall `beta` times the weight of precision."""
    hits, share = (meant & heard).sum(), beta**2
    return float((1 + share) * hits / max(1, share * meant.sum() + heard.sum()))


def rarities(texts: Iterable[str]) -> dict[str, float]:
    """The inverse document frequency of every word that is not too rare."""
    counted: Counter[str] = Counter()
    total = 0
    for text in texts:
        counted.update(word for word in set(cut(text)) if len(word) > 1)
        total += 1
    return {word: log(total / count) for word, count in counted.items() if count >= 3}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--sentences", nargs="+", type=Path, required=True, metavar="FILE", help="labelled, JSON Lines")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="texts without labels of ours")
    parser.add_argument("--out", type=Path, default=HERE / "weights" / "reading.bin", metavar="FILE")


def run(args: Namespace) -> None:
    """Learns the weights and writes them. Raises CommandError where scikit-learn or a file is missing."""
    try:
        corpora = read_corpora(args.data)[:MOST_CORPUS] if args.data else []
        examples = [*read_messages(args.sentences), *corpora]
        labels, intercepts, weights = learn(examples)
    except ModuleNotFoundError as error:
        raise CommandError(f"{error.name} is needed to learn: pip install -r tests/requirements.txt") from None
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(str(error)) from None
    save_model(args.out, labels, intercepts, weights)
    words = rarities(example.text for example in examples)
    lines = [f"{word} {rarity:.2f}" for word, rarity in sorted(words.items())]
    args.out.with_name("rarity.txt").write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(examples)} texts, {len(weights)} features, {len(labels)} labels: {args.out}")
