"""The short answer to a slot that is kept for somebody: 要 · 不要了."""

from __future__ import annotations

import re

from handlers.understanding.meaning import Context

_TAKES = re.compile(r"(?:我)?(?:要|要的|要得|好|好的|好嘞|行|可以|接受|给我|留给我|OK|ok)[了吧呀啊哈的，,。！!~ 谢]*")
_LEAVES = re.compile(r"(?:我)?(?:那)?(?:不要|不用|不约|不排|算|不来|让给别人|放弃|不需要)[了吧哒啦咯，,。！!~ 谢]*")


def answers_offer(text: str, context: Context) -> str | None:
    """`accept` or `decline` where a slot is kept for the sender and the message is nothing but a yes or a no."""
    said = text.strip()
    if not context.has_offer:
        return None
    if _TAKES.fullmatch(said):
        return "accept"
    return "decline" if _LEAVES.fullmatch(said) else None
