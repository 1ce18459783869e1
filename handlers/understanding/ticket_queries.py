"""Questions how a reported matter stands: #12 进度 · 上次报的路灯修得怎么样了."""

from __future__ import annotations

import re
from typing import Literal

from handlers.understanding.meaning import Context
from handlers.understanding.patterns import any_of
from handlers.understanding.ticket_numbers import read_ticket_number

_TRIGGER = re.compile(
    r"进[度展]|怎么?样|咋样|到底|报|反映|工单|单|上次|上回|之前|那个|那件?事|的事|消息|下文|结果|修|处理|#|查|催|"
    r"申请|还.不|诉求|投诉|谁|后来|登记|提交|答复|回复|说是"
)
_STANDS = any_of(
    r"进[度展]|怎么?样[了哒]?|咋样|何解|到(?:哪|什么|么子)|处理(?:得|到|没|冇|了没|了吗|好没|好了吗|情况|结果|完没)",
    r"修(?:得|到|好)?(?:了)?(?:没|冇|吗|怎么)|修[不冇没]修|弄好[没冇了]*[没冇吗]",
    r"还[修装弄搞换管处解办][^，。]?.?(?:不|吧|吗)|还[不没冇](?:[来修有人处弄见看办]|动静|结|消)|(?:有|出)(?:没有?|"
    r"没得|冇)?(?:消息|结果|下文|回音|回复|进展|答复|动静)|(?:消息|下文|回音|回复|答复|动静|日期)(?:没|冇|吗|呢|了)",
    r"有(?:没有|冇|什么|么子)?进展|什么时候|几时|么子时候|啥时候|何时|哪天|状态|多久|有人(?:管|跟|处理|来|受理)|下文|结果呢|有结果|怎么说",
    r"怎么(?:答复|回复|写|处理|办)|安排(?:了|上)?[没冇吗]|到底|排到|排上队|接[单了]没|落实|答复了?[吗没冇]",
    r"回复了?[吗没冇]",
    r"派给?(?:谁|哪)|谁(?:在)?跟|谁在(?:办|处理|管)|么子情况|什么情况|啥情况|后来呢|哪个环节|哪一步|办到哪|没办完",
    r"剩几件|不是说.{0,10}(?:答复|派单|来|处理|修)|来人看了[没冇吗]|看了[没冇吗]|一点回音|没见人|没看到人|催一?下",
    r"催单|换了[没冇吗]|排期|派人|批了[没冇吗]|完结[没冇了吗]|排上了?[没冇]|眉目|结果没",
)
_REPORTED = any_of(
    r"(?:上次|上回|之前|前几?天|上个?[月周星期礼拜]+[一二三四五六日天]?|昨[天晚]|前[天日]|早上|今早|刚才|我|那天|"
    r"[一二三四五六七八九十\d]+天前|以前|去年|年前|月初|周[一二三四五六日天])[^，。？?]{0,8}?(?:报(?![名警考价])|"
    r"说的?|反映|投诉|反馈|提的?|提交|讲的?|讲了|登记|申请)",
    r"(?:报[的上过了](?!名)|反映|投诉|上报|反馈|报修|登记)(?:去|过|的|了|上去)?.{0,12}(?:的|那个|那|事)",
    r"我(?:家)?(?:那|的)个?(?:单|工单|报修)|工单|单子|报修|诉求|投诉|派单",
    r"(?<!工作)(?:的|那|这)(?:个|件)?事(?:情)?(?=[^，。]{0,3}(?:有|搞|排|批|怎|现|到|社|，|还|办|处|怎么|咋|啥|后))",
    r"报上去|报了(?:好久|[一两三四五六七八九十几\d]+[天周次])|报过|的申请|催单|^这个后来呢|那个.{0,6}(?:渗水|漏|坏|塌|堵|"
    r"松动)的",
)
_ASKS = any_of(
    r"[？?]|吗|呢|[没冇不]有?得?(?:消息)?\s*$|怎|咋|到底|进[度展]|什么时候|几时|啥时候|么子|何时|哪|有没有|有冇",
    r"有没得|多久|查|还[^，。]不|还没|修冇修|修没修|修不修",
    r"结果|下文[没吗冇]|何解|谁|[没冇吗][，,]|催|看下我|我的单|状态|如何|问一声|[没冇]\s*$|不是说",
)
_OWN_LIST = re.compile(
    r"(?:查|看)(?:一?下|看)?(?:下)?我的?(?:工?单|报修|报的)|^(?:小件[，, ]*)?我的(?:工)?单\s*$|"
    r"我[^，。]{0,6}报的[^，。]{0,4}(?:几件|多少件|哪些)"
)
_IN_REPAIR = any_of(
    r"到底(?:修|处理|弄|解决|管)[^，。]{0,2}(?:[没冇不]|吗|？)|(?:修|处理|弄|解决)到哪|修[冇没]修|维修进度|(?:还装|"
    r"还修)不(?:装|修)|几时(?:装|动工|完工|修完)|什么时候(?:修完|完工|动工)"
)
_COMPLAINS = re.compile(r"要投诉|要个说法|态度|没人(?:管|理|来)(?![没冇吗？?])|没有一个人|都没人")
_ELSEWHERE = any_of(
    r"报[名考警价销税]|课|孩子的?(?:成绩|作业)|成绩|考|快递|医院|体检|拼?团|房东|中介|公司|老师|贷|首付|楼盘|房源",
    r"装修(?:得|到|进度|怎么)|电影|股|订|空调|没电|对不起我|比赛|手机|电脑|我车|车子|手术|投票|表决|票",
)
_MARKED = re.compile(r"[#＃]|单")


def read_ticket_query(text: str, context: Context) -> int | Literal[True] | None:
    """The ticket's number; True where the matter is named, not numbered; None for no such question."""
    if not _TRIGGER.search(text) or len(text) > 110:
        return None
    if _OWN_LIST.search(text):
        return True
    number = read_ticket_number(text)
    if number is not None:
        is_clear = bool(_MARKED.search(text) or _STANDS.search(text))
        return (
            number
            if is_clear and _ASKS.search(text) and not re.search(r"不满意|没解决|没弄好|没修好|不认", text)
            else None
        )
    if not (_STANDS.search(text) and _ASKS.search(text)) or _COMPLAINS.search(text) or _ELSEWHERE.search(text):
        return None
    return True if _REPORTED.search(text) or _IN_REPAIR.search(text) else None
