"""`bench understanding`: how well and how fast messages are understood, on texts that nothing was learnt from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.bench import Row, addresses, corpora, letters, matters, recognizers, scores
from handlers.understanding import load

JUDGING = Path(__file__).parents[2] / "tests" / "sentences"
SHORT = 300  # texts of each corpus in the short form
GROUPS = (  # figure of bot/bench/scores.py, its name for people, goal, floor
    ("issue_f1", "group messages: issue F1", "≥0.95", "SVM 0.36, keyword voting 0.45, careful readers 0.996"),
    ("issue_precision", "  precision", "", ""),
    ("issue_recall", "  recall", "", ""),
    ("false_tickets_per_100_chat", "  false tickets per 100 chat", "≤1", "SVM 16, keyword voting 22"),
    ("category_accuracy", "  category accuracy", "≥0.92", "readers 0.98"),
    ("urgency_accuracy", "  urgency accuracy", "", ""),
    ("emergency_recall", "  emergency recall", "≥0.98", "readers 1.00"),
    ("emergency_precision", "  emergency precision", "≥0.90", "readers 1.00"),
    ("intent_macro_f1", "  macro-F1 over all intents", "≥0.90", "readers 1.00"),
    ("two_issue_messages_split", "  two problems split", "", ""),
    ("place_f1", "  place F1", "≥0.97", "readers 0.997"),
    ("time_start", "  times: start right", "≥0.97", "best library 46 of 69"),
    ("calibration", "  confidence off by", "≤0.05", ""),
)


def rows(data: Path | None, is_short: bool) -> Iterator[Row]:
    """Every row of the table in quality.md. `data`: the folder of texts beside the project, where there is one."""
    load()
    yield from _groups(JUDGING / "judge")
    yield from matters.rows(JUDGING / "pairs.jsonl")
    yield from _beside(data, is_short) if data else ()
    yield from _cost(is_short)


def _groups(folder: Path) -> Iterator[Row]:
    figures = scores.score(folder)
    for key, name, goal, floor in GROUPS:
        yield Row(name, round(figures[key], 3), int(figures["n"]), goal, floor)


def _beside(data: Path, is_short: bool) -> Iterator[Row]:
    files: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
        ("complaints to a city recognised", corpora.LETTERS, "≥0.95", "keyword voting 0.97, SVM 0.96"),
        ("home buyers' and agents' chat taken for an issue", corpora.HOMES, "≤0.03", "keyword voting 0.45, SVM 0.22"),
        ("everyday chat taken for an issue", corpora.CHAT, "≤0.01", "0.03–0.08"),
    )
    for name, names, goal, floor in files:
        texts = [text for file in names for text in corpora.read(data / file) if corpora.is_judging(text)]
        texts = texts[:SHORT] if is_short else texts
        yield Row(name, round(scores.rate(texts), 4), len(texts), goal, floor)
    yield _addresses(data / corpora.ADDRESSES)
    yield _times(data / corpora.TIMES)
    if not is_short:
        yield from letters.rows(data / corpora.LETTERS[0])


def _addresses(file: Path) -> Row:
    n = len(file.read_text("utf-8").splitlines())
    return Row("place F1 on delivery addresses", round(addresses.measure(file)["f1"], 3), n, "≥0.90", "regex 0.785")


def _times(file: Path) -> Row:
    found = recognizers.measure(file)
    return Row("starts as in Recognizers-Text (conventions differ)", round(found["start_right"], 3), int(found["n"]))


def _cost(is_short: bool) -> Iterator[Row]:
    texts = [message["text"] for message in scores.read(JUDGING / "judge")]
    figures = scores.cost(texts, 2 if is_short else 7)
    floor = f"jieba.lcut {figures['jieba.lcut']:.0f} µs"
    yield Row("µs a message", round(figures["understand"], 1), len(texts))
    yield Row("µs a message, times jieba.lcut", round(figures["ratio"], 2), len(texts), "≤2", floor)
    if not is_short:
        yield from _pipeline_cost(texts)


def _pipeline_cost(texts: list[str]) -> Iterator[Row]:
    """A scikit-learn TF-IDF pipeline on the same texts, one message at a time as they come."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
        from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        return
    pipeline: Any = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LogisticRegression())
    pipeline.fit(texts, [len(text) % 2 for text in texts])
    taken = scores.fastest({"pipeline": lambda text: pipeline.predict([text])}, texts[:300], 2)
    yield Row("µs a message, scikit-learn TF-IDF pipeline", round(taken["pipeline"], 1), 300)


def differing_times(data: Path) -> str:
    """The Recognizers-Text phrases whose start differs, a line each: theirs / ours."""
    return json.dumps(recognizers.differing(data / corpora.TIMES), ensure_ascii=False, indent=1)
