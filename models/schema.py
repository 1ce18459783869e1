"""Every table: importing this module registers them all."""

from models import (
    audit,
    booking,
    due,
    estate,
    inbox,
    keys,
    layer,
    lesson,
    meeting,
    member,
    outbox,
    poll,
    sign_in,
    ticket,
    volunteer,
    waiting,
)

__all__ = [
    "audit",
    "booking",
    "due",
    "estate",
    "inbox",
    "keys",
    "layer",
    "lesson",
    "meeting",
    "member",
    "outbox",
    "poll",
    "sign_in",
    "ticket",
    "volunteer",
    "waiting",
]
