"""What came of one scenario of faults, for whoever reads it later and for whoever runs the seed again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Played:
    """`faults`: how often something was broken on purpose. `broken`: promises that were not kept, one line each.
    `figures`: what was measured besides, by name with its unit. `history`: what happened, in its order."""

    scenario: str
    database: str
    seed: int
    faults: int = 0
    acknowledged: int = 0
    broken: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, object]] = field(default_factory=list)

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")
