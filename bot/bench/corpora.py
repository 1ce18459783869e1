"""The texts that lie beside the project to learn and judge on. A fifth of each file is never learnt from."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

CHAT = ("chat_weibo.txt",)
HOMES = ("chat_home_buyers.txt", "chat_home_agents.txt")
LETTERS = ("letters_subjects.tsv",)
ADDRESSES = "addresses_dev.jsonl"
TIMES = "times_recognizers.jsonl"


def read(file: Path) -> list[str]:
    """The texts of a file, a text a line; what stands before a tab is its label."""
    return [text for _, text in read_labelled(file)]


def read_labelled(file: Path) -> list[tuple[str, str]]:
    """(label, text) of each line; the label is empty where there is none."""
    cut = (line.rpartition("\t") for line in file.read_text("utf-8").splitlines() if line.strip())
    return [(label, text) for label, _, text in cut]


def is_judging(text: str) -> bool:
    """Whether a text belongs to the fifth that judges."""
    return crc32(text.encode()) % 5 == 0
