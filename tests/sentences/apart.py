"""Keeps learning and judging apart: drops training sentences that are nearly a judging one, or nearly another's.

python tests/sentences/apart.py    rewrites tests/sentences/train/*.jsonl and says what it dropped
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from rapidfuzz import fuzz, process

HERE = Path(__file__).parent
NEAR, NEAR_SHORT, SHORT = 78, 95, 5  # of 100; short texts are alike by chance
_BARE = re.compile(r"[\W\d_零一二三四五六七八九十]+")


def bare(text: str) -> str:
    """A text without marks and numbers: what is left of two that only name another house is the same."""
    return _BARE.sub("", text) or text


def read(folder: Path) -> dict[Path, list[str]]:
    return {file: file.read_text("utf-8").splitlines() for file in sorted(folder.glob("*.jsonl"))}


def text_of(line: str) -> str:
    return str(json.loads(line)["text"])


def is_near(text: str, judging: list[str]) -> bool:
    bar = NEAR if len(text) > SHORT else NEAR_SHORT
    return process.extractOne(text, judging, scorer=fuzz.ratio, score_cutoff=bar) is not None


def main() -> None:
    judging = [text_of(line) for lines in read(HERE / "judge").values() for line in lines]
    seen: set[str] = set()
    for file, lines in read(HERE / "train").items():
        kept = []
        for line in lines:
            text = text_of(line)
            if bare(text) not in seen and not is_near(text, judging):
                kept.append(line)
            seen.add(bare(text))
        print(f"{file.name}: {len(kept)} kept, {len(lines) - len(kept)} dropped")
        file.write_text("".join(f"{line}\n" for line in kept), "utf-8")


if __name__ == "__main__":
    main()
