"""A service that is out, told in few words: 突然停电了 · 三单元没水 · 又停梯. So few words cannot weigh much."""

from __future__ import annotations

from handlers.understanding.patterns import any_of

LONGEST = 18
_OUT = any_of(
    r"(?:停|断)(?:水|电|气|梯|暖)(?!费|线|车|通知|复)|(?:没|冇|没得|冇得|莫得|无)(?:水|电|气|燃气|热水|暖气)(?:$|[了哒啦，,。！!\s])",
    r"电梯(?:又|都|也)?(?:停|坏|不动|罢工)|(?:下水道|地漏|马桶|厕所)(?:又)?(?:堵|返)",
)
_NOT_NOW = any_of(
    r"昨|前天|上[次周个回]|以前|那年|去年|当年|小时候|要是|如果|万一|假如|老家|单位|公司|学校|我妈|隔壁小区|新闻|视频|听说|通知|计划|明天|后天|预告",
    r"没[有]?停|不[会停]|好了|好哒|修|来[水电气]|恢复|通了|怕|不要|莫|[？?吗么]|几点|什么时候|为什么|团|元|块|斤|哈哈|笑|跌|股",
)


def is_outage(text: str) -> bool:
    """Few words, a service that is out, and nothing that puts it in the past, elsewhere or in question."""
    return len(text) <= LONGEST and bool(_OUT.search(text)) and not _NOT_NOW.search(text)
