"""Failpoints: named steps between which a test lets the program die, as by kill -9 or a power cut.

That no acknowledged message is lost and nothing is done twice, whenever the program dies, can only be shown by letting
it die there: in the real program, in a process of its own, between two of its own steps. So the steps stand in the
program. They cost a comparison of two names; unless the environment arms one, nothing else happens.

    JIANJIAN_FAILPOINT=receive.after-inbox      the process kills itself when it first gets there
    JIANJIAN_FAILPOINT=receive.after-inbox:3    … when it gets there for the third time
"""

from __future__ import annotations

import itertools
import os
import signal

# In the order in which a message passes them.
POINTS = (
    "receive.before-inbox",
    "receive.after-inbox",
    "receive.after-deeds",
    "intake.after-commit",
    "passive.before-answer",
    "delivery.after-claim",
    "delivery.after-send",
    "delivery.after-mark",
    "clock.before-commit",
    "clock.after-commit",
)

_armed, _, _time = os.environ.get("JIANJIAN_FAILPOINT", "").partition(":")
_times_left = itertools.count(int(_time or 1) - 1, -1)  # one `next` is one step, whichever thread takes it


def reach(name: str) -> None:
    """Kills this process, with no chance to clean up, where the environment names this point; else does nothing."""
    if name == _armed and next(_times_left) == 0:
        os.kill(os.getpid(), signal.SIGKILL)
