"""Corrections and withdrawals of a report by who made it: 改 2栋 · 不是2栋是3栋 · 撤回."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.meaning import Amendment, Context, Place
from handlers.understanding.patterns import any_of
from handlers.understanding.places import PlaceSpan
from handlers.understanding.ticket_numbers import read_ticket_number

_TRIGGER = re.compile(
    r"改|不是|错|反了|更正|纠正|撤|取消|收回|不用|自己|应该是|准确|补充|是在|误|别来|莫来|作数|作废|删|算了|不报|"
    r"不想报|不要了|不对|我[说讲]的|听岔|记成|写成"
)
_SLIP = r"[写说打发报讲记数填搞弄看输听](?:成)?(?:错|反|岔)(?:了|哒|咯|啦|字)?"
_CORRECTS = any_of(
    r"^(?:#?\d+\s*)?(?:麻烦|请|帮我?|把)?(?:地址|位置|地点|楼栋|单元|楼层|房号|类别)?(?:改|更正|纠正|修正)(?:成|为|"
    r"到|一下|下)?[:：，,\s]*",
    rf"不是.{{1,14}}?[，,\s]*(?:而|应该)?是|{_SLIP}.{{0,14}}?(?:是|在)|{_SLIP}|更正|纠正|改正|(?:应该|"
    rf"准确[地来]?点?说?|确切[地的]?说?)[，,：:]?(?:说|讲)?(?:是|不是)?",
    r"哦?不对[，,\s]*是|手误|口误|其实是|(?:房号|楼栋|单元|楼层|地址|位置)(?:错|反|不对|改成|写错)|错了错?了?|我[说讲]的是|改成",
    r"改为|记成",
)
# What makes it a correction of a report and not of anything else, where no place is named.
_OF_REPORT = any_of(
    r"#\d|报的|报修|工单|单子|更正|类别|楼层|房号|单元|楼栋|位置|地址|刚才|刚刚|我那条|你[听记写]|小件|加急|漏|堵",
    r"水|电|灯|门|厕所|厨房|路灯|电梯|噪音",
)
_NOT_OF_REPORT = re.compile(
    r"房子|这套|楼盘|学区|房源|客户|马路对面|地图|把.{1,14}改成|被改成|作业|老师|几号|下周|明天|周[一二三四五六日]|"
    r"电视|名字|电话|价|钱|票|题|答案|拼音|[？?]\s*$|吗$|发错群|接龙"
)
_REPORT = r"(?:报修|工单|报事|报的|反映|投诉|单子?|那条|这条|刚才那个|刚刚那个|上一条|前面那条|诉求|问题|那个报)"
_WITHDRAWS = any_of(
    rf"{_REPORT}[^，。]{{0,12}}(?:取消|撤[回销掉了]?|收回|不用(?:管|处理|修|来|派)|作废|删|算了|不作数|不算)",
    rf"(?:取消|撤[回销掉]?|收回|删掉?|作废)(?:了|我|一下|掉|的|那个|刚才|刚刚|这个|上个|昨天|上一[条个])*{_REPORT}",
    r"把[^，。]{0,6}(?:那条|单|报)[^，。]{0,3}(?:删|撤|取消)",
    r"(?:那|我|刚才那)个?(?:工?单|报修)不(?:要|用报)了|那?个?不用报了|(?:不用|莫|别|不要|不必|冇必要)(?:再)?(?:来修|"
    r"派人|派师傅|上门|处理|来人|跟进|麻烦师傅)(?:了|哒)|(?:我)?(?:自己|老公|我?崽|儿子|邻居)[^，。]{0,6}(?:弄|修|"
    r"搞|换|处理|解决)好(?:了|哒)",
    r"报错(?:了|哒)(?!.{0,4}(?<!不)是)|搞错(?:了|哒)[，,\s]*(?:没|冇|不是|是我)|是我(?:搞|弄|看)错|弄错(?:了|"
    r"哒)[，,\s]*(?:没|冇|不用)|不想报了|#\d+\s*(?:撤[回销单]?|取消|作废)|误报.{0,4}(?:撤|取消)",
)
_BARE_WITHDRAWAL = re.compile(
    r"(?:我|请|帮我|那|先|麻烦|就)*(?:把?(?:这个|那个|刚才的?|它))?撤(?:回|销|了|掉|单)?(?:吧|一下|了|哒|"
    r"它)?[，,。！!~ ]*(?:谢谢|弄错了?|不好意思|自己\S{2,6})?[。！! ]*"
)
_CALLS_BACK = re.compile(
    r"(?:先|快|我)?(?:撤回|撤销|撤了|撤掉)(?:撤回|撤销|吧|了|哈)?(?=$|[\s，,。！!])(?!.{0,3}(?:一条|消息))"
)
_OWN_REPAIR = re.compile(r"自己|老公|崽|儿子|邻居")
_NO_REPORT = any_of(
    r"活动室|会议|预约|票|团|单子?发|红包|消息撤|撤回了(?:一条|什么|啥)|怎么撤|谁撤|撤回干|订单|退货|课|作业|选",
    r"投(?!诉)|婚|航班|约会|会员|乒乓|场地|外卖|快递|菜|买",
    r"大家接着|已经复位|没人受伤|房东|合同|首付|取消了?(?:关注|订阅)|[？?]\s*$|[吗么]\s*$|琴房|网球|球场",
)


def read_amendment(text: str, places: Sequence[PlaceSpan], context: Context) -> Amendment | None:
    """The correction or the withdrawal. The place is the one that is right, empty where something else is corrected."""
    if not _TRIGGER.search(text) or len(text) > 90 or _NO_REPORT.search(text):
        return None
    number = read_ticket_number(text)
    if _is_withdrawal(text, number):
        return Amendment(True, number=number)
    found = _CORRECTS.search(text)
    if found is None or _NOT_OF_REPORT.search(text):
        return None
    right = _right_place(text, found, places)
    return Amendment(False, right or Place(), number) if right or _is_of_report(text, found, number) else None


def _is_withdrawal(text: str, number: int | None) -> bool:
    if _BARE_WITHDRAWAL.fullmatch(text.strip()) or _CALLS_BACK.match(text.strip()):
        return True
    if number is not None and re.search(r"撤|作废|取消|不用了", text):
        return True
    # 自己弄好了 takes a report back only beside a word of the report
    is_own = not _OWN_REPAIR.search(text) or bool(re.search(r"报|单|取消|撤|不用|莫来|别来|莫修|师傅", text))
    return bool(_WITHDRAWS.search(text)) and is_own


def _right_place(text: str, found: re.Match[str], places: Sequence[PlaceSpan]) -> Place | None:
    """Behind the correcting words, and not the one that 不是 or 错 calls wrong."""
    wrong = re.compile(r"(?:不是|不在|写成了?|记成了?|报成了?)(?:了)?\S{0,2}$")
    right = [span for span in places if not wrong.search(text[: span.begins])]
    behind = [span for span in right if span.begins >= found.end() - 1]
    chosen = behind or [span for span in right if span.begins >= found.start()]
    return chosen[0].place if chosen and len(text) <= 50 else None


def _is_of_report(text: str, found: re.Match[str], number: int | None) -> bool:
    says_both = bool(re.search(r"不是|是|改", text))
    return (
        says_both
        and (number is not None or bool(_OF_REPORT.search(text)))
        and bool(re.search(rf"{_SLIP}|更正|纠正|改成|改为|改一下|改过来|类别|^改|记成|写成|准确|错了错了|房号错", text))
    )
