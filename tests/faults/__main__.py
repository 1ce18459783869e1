"""Plays one scenario of faults and judges it: python -m tests.faults kills --database sqlite --faults 100 --seed 7

Writes a line of JSON for each kind of database on standard output: what `tests/faults/played.py` holds, its history
only counted. The history itself goes to a file in the folder given by --keep.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.faults.scenarios import SCENARIOS

SEED = 20261127


def main() -> int:
    given = _arguments()
    if given.list:
        print(*SCENARIOS, sep="\n")
        return 0
    scenario = SCENARIOS[given.scenario]
    size = scenario.short if given.short else scenario.long
    is_broken = False
    for kind in [given.database] if given.database else size:
        with tempfile.TemporaryDirectory(prefix="jianjian-faults-") as folder:
            played = scenario.play(given.seed, given.faults or size[kind], Path(folder), kind)
        given.keep.mkdir(parents=True, exist_ok=True)
        played.write(given.keep / f"{played.scenario}-{kind}-{given.seed}.json")
        is_broken = is_broken or bool(played.broken)
        print(json.dumps({**asdict(played), "history": len(played.history)}, ensure_ascii=False), flush=True)
    return 1 if is_broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("scenario", choices=SCENARIOS, nargs="?", default="kills")
    parser.add_argument("--list", action="store_true", help="the names of the scenarios")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="default: every one that it is played on")
    parser.add_argument("--faults", type=int, help="how many; default: the long form's")
    parser.add_argument("--short", action="store_true", help="as many as in CI")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "jianjian-faults", metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
