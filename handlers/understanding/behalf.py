"""A worker tells what somebody told him at the door or on the phone: 代报：…, 帮3栋402李奶奶报一下，…, 老周打电话来说…"""

from __future__ import annotations

import re

from handlers.understanding.meaning import Behalf, Context
from handlers.understanding.orders import WORKER_ROLES

_WHO = r"(?P<who>[^，,。；;：:！!？?\n]{0,24}?)"
_FILES = re.compile(
    rf"\s*(?:帮|替|代){_WHO}(?:(?:来|去|先)?(?:报|登记|录|记|反映)(?:个|一个|一下|修|事|上去|到|了)*)(?=[，,。；;：:\s]|$)"
)
_WAS_TOLD = re.compile(
    rf"\s*(?:刚刚?|刚才|今[天早]|上午|下午)?{_WHO}(?<=\S)"
    r"(?:来电话?|打(?:来|了)?(?:个)?电话(?:来|过来)?|电话(?:里|来)|上门(?:来)?|来(?:社区|办公室|门口|值班室|窗口)|"
    r"找到?(?:我|社区))(?:里|了)?(?:说|讲|反映|报|反应)"
)
_NOBODY = re.compile(r"(?:我们?|咱们?|大家|别人|有人|你们?|他们?)$")
_PLACE = re.compile(r".*[栋幢座楼号室门元层\d#＃\-]")
_FILLER = re.compile(r"^(?:刚刚?|刚才|有(?:个|位)?|一?[个位]|住|的|那个|家)+|(?:又|也|刚刚?|刚才|她|他|家|的|，)+$")
_SPOKEN_OF = ("居民", "业主", "住户", "邻居", "老人", "群众", "位")


def read_behalf(text: str, context: Context) -> Behalf | None:
    """For whom a worker speaks; None where he speaks for himself."""
    if not context.sender_roles & WORKER_ROLES:
        return None
    files = _FILES.match(text)
    found = files or _WAS_TOLD.match(text)
    if found is None or _NOBODY.search(who := found["who"]) and not who.endswith(_SPOKEN_OF):
        return None
    name = _FILLER.sub("", _FILLER.sub("", _PLACE.sub("", who))).strip()
    return Behalf("" if who.endswith(_SPOKEN_OF) else name, is_filed=files is not None)
