"""Why a message was read as it was: which of its words weighed for it."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.understanding.features import LONGEST_GRAM, frame, mask
from handlers.understanding.hearing import split_quote, weights
from handlers.understanding.meaning import Context
from handlers.understanding.normal import normalise
from handlers.understanding.words import cut

MOST = 5


def words_for(text: str, label: str, most: int = MOST) -> tuple[tuple[str, float], ...]:
    """The words of a text that weigh most for a label, each with its weight; only those that weigh for it.

    The weights stand on pieces of one to three characters; each lends an equal part to the words that it covers.
    """
    own, _ = split_quote(normalise(text).strip(), Context())
    masked = mask(own)
    by_character = _spread(frame(own), label)
    weighed: dict[str, float] = {}
    begins = 1
    for word in cut(masked):
        weighed[word] = weighed.get(word, 0.0) + sum(by_character[begins : begins + len(word)])
        begins += len(word)
    best = sorted(_sayable(weighed.items()), key=lambda pair: -pair[1])[:most]
    return tuple((word, round(weight, 2)) for word, weight in best)


def _spread(framed: str, label: str) -> list[float]:
    """The weight of every character, by the pieces that it is part of."""
    model, by_character = weights().model, [0.0] * len(framed)
    for length in range(1, LONGEST_GRAM + 1):
        for begins in range(len(framed) - length + 1):
            part = model.weight(framed[begins : begins + length], label) / length
            for at in range(begins, begins + length):
                by_character[at] += part
    return by_character


def _sayable(weighed: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(word, weight) for word, weight in weighed if weight > 0 and any(map(str.isalnum, word)) and word != "0"]
