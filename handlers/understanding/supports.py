"""Adding one's voice to what was just told: +1 · 我家也是 · 同，三楼也闻到了 · 不止你一家."""

from __future__ import annotations

import re
from typing import Literal

from handlers.understanding.patterns import any_of

LONGEST = 45
_FACES = re.compile(r"\[[^\]\s]{1,6}\]|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]")
# The whole message begins by agreeing that it is the same.
_SAME = any_of(
    r"^(?:对+|是的?|嗯+|哦|那|可不是嘛?|@\S+)*[，,！!\s]*(?:\+\s?\d+|加一(?=\s|$|，)|附议|附和|同(?=[\s，,。！!]|$)|同上|同样|同感|同款|同求|"
    r"同问题|同一个|同病|同没|同栋|一样一样|一样的?(?=[，,\s。！!]|$)|也是(?=也是|[，,\s。！!]|$)|俺也|me too|顶(?=[，,！!\s]|$|一个)|"
    r"举手|举个手|握手)",
    r"(?:我|我家|我屋里|我们|我们家|我们单元|俺家|这边|楼下的?|楼上的?)也是(?!说|觉得|想|刚|第一次|才|这么想|服|醉|要|去|来|老|新|学|做)",
    r"^(?:是的|对的|确实|对头|可不是)[，,。\s]*(?:我|这边|这里|[\d一二三四五六七八九十]+(?:单元|栋|楼|层))",
    r"不止你|不光(?:是)?(?:你|我)|不是你一[个家]|别光你|跟(?:你|我)家?一[样模]|一模一样|还以为就我|以为就我|(?:加|算)(?:上)?我(?:们)?(?:家|一[户个家]|单元)|"
    r"(?:算我一[个户家]|加我一个)[，,]|深受其害|同样受害|中招",
)
# Another home, floor or belonging has it as well.
_OURS = r"(?:我|俺|咱)(?:们)?(?:家|屋里|这边|这里|这层|那层|那边|这栋|单元|楼|栋|这|那|崽|娃|孩子|妈|爸|娘|车|网|隔壁|家[^，,。\s]{1,4})?|[^，,。\s]{0,3}(?:单元|楼|栋|层|室|户)|这边|这里|隔壁"
_ALSO = re.compile(
    rf"(?:^|[\s，,。！!：:])(?:那|是的|对|哎|唉)*(?:{_OURS})(?:里|的)?(?:都|好像|今天|早上|昨晚|刚才|现在)*(?:也|同样)(?P<rest>[^，,。！!？?\s]{{1,14}})"
)
_NOT_SAME = re.compile(
    r"^(?:要|买|想(?!反映|说这|投诉)|去|来(?!报到)|参加|同意|投(?!诉)|选|报名|觉得|喜欢|爱|知道|晓得|会|可以|能|愿意|支持|赞成|不(?!亮|通|热|行|灵|制冷|下|动|出)|吃|喝|订|约|接(?!龙)|加入|帮|有空|有一|在家|在路|到了|刚到|就|得|该|才|快|搬|卖|装|换|给|带|做)"
)
_TALK = re.compile(r"团|斤|箱|包邮|接龙|下单|链接|好吃|[？?]$|恭喜|生日|快乐|可爱|羡慕|哈哈")


Agreement = Literal["same", "also"]


def read_support(text: str) -> Agreement | None:
    """How the message says that its sender has the same: `same` in so many words, `also` by an 也 of his own home.

    What is the same, the talk before tells; without such talk it may be anything.
    """
    said = _FACES.sub("", text).strip()
    if not said or len(said) > LONGEST or _TALK.search(said):
        return None
    if _SAME.search(said):
        return "same"
    also = _ALSO.search(said)
    return "also" if also and not _NOT_SAME.match(also["rest"]) else None
