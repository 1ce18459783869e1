"""The card of a poll: options as bars, one's own choice, how many households have voted."""

from __future__ import annotations

from bot.web.card import Action, Bar, Card, Sight, opening_line
from models import poll
from models.member import voter
from models.poll import Poll

STATES = {"open": ("进行中", "info"), "closed": ("已结束", ""), "withdrawn": ("已撤回", "")}


def build(sight: Sight, key: str, poll_id: int) -> Card | None:
    found = sight.db.get(Poll, (sight.viewer.estate.id, poll_id))
    if found is None:
        return None
    is_open = found.status == "open" and found.closes_at > sight.now
    voted, missing = len(poll.standing(sight.db, found)), len(poll.missing(sight.db, found))
    until = sight.voice.time(found.closes_at.isoformat())
    lines = (
        f"已投 {voted}/{voted + missing} 户 · 一户一票，可以改",
        f"{until} 截止" + ("（可多选）" if found.kind == "multiple" else ""),
    )
    state, tone = STATES["closed" if found.status == "open" and not is_open else found.status]
    bars = _bars(sight, found, is_open)
    return Card(key, "poll", f"投票 {found.number}", state, tone, found.question, lines, bars)


def _bars(sight: Sight, found: Poll, is_open: bool) -> tuple[Bar, ...]:
    """An option a bar. Buttons are for those who have a household to vote for."""
    standing = poll.standing(sight.db, found)
    own = standing.get(voter(sight.viewer.member))
    mine = tuple(own.choices) if own else ()
    may_vote = is_open and sight.viewer.member.household_id is not None
    quote = _quote(sight, found)
    return tuple(
        Bar(
            label=option,
            count=f"{count} 户",
            percent=round(100 * count / len(standing)) if standing else 0,
            is_mine=position in mine,
            action=_choose(found, position, mine, quote) if may_vote else None,
        )
        for position, (option, count) in enumerate(poll.tally(sight.db, found).items())
    )


def _quote(sight: Sight, found: Poll) -> str | None:
    """Where several polls are open, the message that opened this one."""
    rivals = poll.open_in(sight.db, found.estate_id, found.group_id)
    return opening_line(sight, found) if len(rivals) > 1 else None


def _choose(found: Poll, position: int, mine: tuple[int, ...], quote: str | None) -> Action | None:
    """The vote that a press casts. In a poll with several choices a press adds one or takes it away again."""
    option = found.options[position]
    if found.kind != "multiple":
        return None if mine == (position,) else Action(f"选 {option}", f"我选{option}", quote)
    wanted = sorted({*mine} ^ {position})
    return Action(f"选 {option}", f"我选{'和'.join(str(n + 1) for n in wanted)}", quote) if wanted else None
