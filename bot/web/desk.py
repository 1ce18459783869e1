"""The desk: where workers see what was told, and act. One module a page; each registers itself on the blueprint."""

from __future__ import annotations

from bot.web import (
    desk_board,
    desk_bookings,
    desk_doubtful,
    desk_filing,
    desk_letters,
    desk_meetings,
    desk_polls,
    desk_rates,
    desk_settings,
    desk_ticket,
    desk_today,
    desk_volunteers,
)
from bot.web.desk_door import blueprint

PAGES = (
    desk_today,
    desk_doubtful,
    desk_board,
    desk_ticket,
    desk_filing,
    desk_polls,
    desk_bookings,
    desk_meetings,
    desk_volunteers,
    desk_rates,
    desk_letters,
    desk_settings,
)

__all__ = ["PAGES", "blueprint"]
