"""The benchmarks: each gives rows of a goal, the figure measured, and the floor beside which it was measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass


class CannotRun(Exception):
    """A bench lacks what it needs, or would harm what it finds. The text says which."""


@dataclass(frozen=True)
class Row:
    """One line of a benchmark. `goal` begins with ≥ or ≤; without one the figure is for comparison only."""

    name: str
    figure: float
    n: int
    goal: str = ""
    floor: str = ""
    seed: int | None = None

    @property
    def is_reached(self) -> bool:
        if not self.goal:
            return True
        bar = float(self.goal[1:])
        return self.figure >= bar if self.goal[0] == "≥" else self.figure <= bar

    def as_dict(self) -> dict[str, object]:
        """The form of formats.md."""
        return asdict(self) | {"ok": self.is_reached, "goal": self.goal or None, "floor": self.floor or None}
