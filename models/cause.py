"""Who does something, when, and because of which message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Cause:
    """Goes with every operation: the audit row, the answer's place and the clock come from it.

    `member_id` is None when the clock acts; `inbox_id` and `group_id` are None when nobody wrote a message.
    """

    estate_id: int
    now: datetime
    member_id: int | None = None
    group_id: int | None = None
    inbox_id: int | None = None
    is_addressed: bool = False  # said to the bot by name, or to it alone
    said_at: datetime | None = None  # by a platform's clock; None where the order of arrival is the only one

    def told_after(self, earlier: datetime | None) -> datetime:
        """When it was said, if the last word on the same thing was said at `earlier`. What a platform delivers late is
        older than that; what has no platform's time is not, though our clock was set back in between."""
        if self.said_at is not None:
            return self.said_at
        return max(self.now, earlier) if earlier else self.now
