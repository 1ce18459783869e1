"""The card of a ticket: what, where, how it stands, who is behind it."""

from __future__ import annotations

from bot.web.card import Action, Card, Sight
from bot.wording.phrases import STATUS, URGENCY
from models import ticket as tickets
from models.inbox import InboxMessage
from models.member import WORKERS, roles_at, voter
from models.ticket import LIVE, Ticket

TONES = {"open": "warn", "accepted": "info", "assigned": "info", "resolved": "good", "closed": "good"}


def build(sight: Sight, key: str, ticket_id: int) -> Card | None:
    ticket = sight.db.get(Ticket, (sight.viewer.estate.id, ticket_id))
    if ticket is None:
        return None
    urgency = URGENCY[ticket.urgency][0] if ticket.status in LIVE else ""
    households = len(tickets.households_behind(sight.db, ticket))
    behind = f" · 附议 {households} 户，共 {households + 1} 户" if households else ""
    lines = (
        f"{sight.voice.time(ticket.reported_at.isoformat())} 报{behind}",
        f"交给 {ticket.assignee}" if ticket.assignee and ticket.status in LIVE else "",
        f"结果：{ticket.result}" if ticket.result and ticket.status not in LIVE else "",
    )
    return Card(
        key,
        "ticket",
        f"工单 #{ticket.number}",
        " · ".join(filter(None, (urgency, STATUS[ticket.status][0]))),
        "urgent" if urgency == "紧急" else TONES.get(ticket.status, ""),
        sight.voice.matter(ticket.facts),
        tuple(filter(None, lines)),
        actions=(*_voices(sight, ticket), *_orders(sight, ticket)),
    )


def _voices(sight: Sight, ticket: Ticket) -> list[Action]:
    """What a neighbour may say of a ticket."""
    me = sight.viewer.member
    behind = tickets.households_behind(sight.db, ticket, and_reporter=True)
    quote = _report_here(sight, ticket)
    is_behind = sight.is_mine(ticket.reporter_id) or voter(me) in behind
    if ticket.status in LIVE and sight.talk.group and quote and me.household_id and not is_behind:
        return [Action("我家也是", "我家也是", quote, is_primary=True)]
    if ticket.status in LIVE and is_behind and not sight.is_mine(ticket.reporter_id):
        return [Action("我家也是", "", is_chosen=True)]
    if ticket.status != "resolved" or not is_behind:
        return []
    verdicts = [Action("没修好", f"{ticket.number} 没修好")]
    is_reporter = voter(me) == voter(tickets.reporter(sight.db, ticket))
    return [Action("满意", f"{ticket.number} 满意", is_primary=True), *verdicts] if is_reporter else verdicts


def _report_here(sight: Sight, ticket: Ticket) -> str | None:
    """The line of this conversation that told the ticket first."""
    group_id = sight.talk.group.id if sight.talk.group else None
    for told in tickets.voices(sight.db, ticket):
        said = sight.db.get(InboxMessage, (ticket.estate_id, told.inbox_id)) if told.inbox_id else None
        if said and said.group_id == group_id and (group_id or sight.is_mine(said.member_id)):
            return f"i{said.id}"
    return None


def duties(sight: Sight, ticket: Ticket) -> frozenset[str]:
    return WORKERS & roles_at(sight.db, ticket.estate_id, sight.viewer.member.id, ticket.building)


def _orders(sight: Sight, ticket: Ticket) -> list[Action]:
    """What a worker of the building may do; the result he writes himself."""
    if ticket.status not in LIVE or not duties(sight, ticket):
        return []
    accept = [Action("受理", f"{ticket.number} 受理")] if ticket.status == "open" else []
    return [*accept, Action("办结…", f"{ticket.number} 办结 ", is_draft=True)]
