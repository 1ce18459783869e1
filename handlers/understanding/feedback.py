"""The reporter's verdict after a close. What else he says of his report: amendments.py and ticket_queries.py."""

from __future__ import annotations

import re

from handlers.understanding.amendments import read_amendment
from handlers.understanding.meaning import Context, Feedback
from handlers.understanding.patterns import any_of
from handlers.understanding.ticket_numbers import read_ticket_number
from handlers.understanding.ticket_queries import read_ticket_query

__all__ = ["read_amendment", "read_feedback", "read_ticket_query"]

_TRIGGER = re.compile(
    r"满|[修搞弄]了|没修|白来|重来|治标||好评|差评|评价|[修搞弄办]好|好[了哒]|验|还是|又|依旧|照样|可以[了的]|可以可以|解决|根本|"
    r"(?:还|依旧|问题)在|星|[打给].{0,2}分|点赞|\d分|通[了哒]|亮[了哒]|没好|冇好|白修|等于白|白来一趟|又开始[滴漏响堵]|重来(?:吧|一趟)|认可|不认|假|重[开办新]"
)
_ELSEWHERE = any_of(
    r"如果|要是|找到满意|有满意的|您|如有|保证|视频|房子|好评返|记得|转发|粉丝|口味|好吃|色号",
    r"退款|退货|学车|包退|老家|公司|单位|餐厅|菜|外卖|快递|发型|司机|医院|电视剧|手机|电脑|成绩|女婿|儿媳|相亲|老师",
    r"[买卖]|(?<!评)价|堵车|装修队|我车|新闻",
    r"满意度|考试|作业|同事|领导|店|会员|保险|贷|房源|户型|中介|楼盘|车子?修|月嫂|这趟|旅游|方案|衣服|爸妈非常",
    r"张家界|电影|\d星级|酒店|超市",
)
_SATISFIED = any_of(
    r"(?<![不没])(?:很|非常|挺|蛮|十分|比较|特别|相当|都|表示|好|真)?满意(?!吗|不|度|的话|不起来)|验(?:收)?过了",
    r"验收(?:通过|合格|了)|检查过了",
    r"看过了.{0,4}(?:可以|好了|没问题)|解决得(?:蛮|很|挺)?好|(?:给|打)?(?:个)?好评(?!返)|打个?满分|认可(?!不)",
)
_RATING = re.compile(
    r"(?:评价|打分|评分|打个?|给个?|我给)?[:：\s]*(?P<stars>[1-5一二两三四五])(?:颗)?(?P<unit>星|分)(?!钟|之|\d|的|"
    r"级)(?:好评|评价)?|评价[:：是]?\s*(?P<word>一般|差|很差|好|很好|不错|满意|还行|可以)"
)
_RATES = re.compile(r"星|评价|打|给|评分")
_GOOD_STARS = frozenset("345三四五")
_BAD_WORDS = frozenset(("一般", "差", "很差"))
_FIXED = any_of(
    r"(?:已经?|确实|真的|现在|是|终于|都)?(?:修|弄|搞|换|处理|解决|疏通|补|装)(?:好|完|通)?(?:了|哒)|好了|好哒",
    r"通(?:了|哒)|亮(?:了|哒)|不[漏堵响吵](?:了|哒)",
    r"正常(?:了|哒)|没问题(?:了|哒)?|可以(?:了|哒|的)",
)
_PRAISE = re.compile(
    r"满意|辛苦|谢|赞|👍|不错|可以的?|蛮好|很好|效率|速度|快|给力|OK|ok|\[强\]|好评|没问题|确认|五星|下次"
)
_UNSATISFIED = any_of(
    r"不满意|满意不起来|差评|(?:没有?|冇|未|根本没有?|压根没有?|就没|并没有?|还没有?)(?:给我|真正?|彻底|完全)?(?:修|"
    r"弄|搞|解决|疏通)(?:好|通|完|干净|到位|彻底)(?!的话|之前|吗|？|\?)",
    r"没修(?!过|之前|的话|吗)|没解决(?!吗)|(?<![还有])没好(?!气|意)|冇好|白修|(?:等于|跟)没修|治标不治本|没两天又",
    r"寂寞|假装修|假办结|糊弄|敷衍了?事|不认可|我不认|(?:打回|退回去?|重新?)[^，。]{0,2}(?:重办|返工|开单|[再重]修)",
    r"重[新]?开(?:单|\d|一?下|$|。)|问题还在|坑还在|(?:还是|还在|依然|依旧|照样|仍然|仍旧|照旧|"
    r"继续)(?:是)?(?:在)?(?:一样|漏|堵|不亮|坏|不行|滴|渗|响|哐|吵|臭|不通|老样子|那样|打不开|关不上|没水|没反应|冒|"
    r"晃|卡|返|闪|黑|失灵|不好|没好|没修)",
    r"才(?:修|好)了?[一两三几半\d]+[天日个].{0,4}又|修(?:了|好)(?:跟|等于|又|两天|一天|没).{0,6}(?:没修|又|一样|坏)",
    r"也叫修好|才.{0,4}天又(?:坏|漏|堵|裂)",
)
_JUDGES = re.compile(r"修|处理|解决|办|单|弄|搞|换了|师傅|评价|结果|满意|差评|好评|没好|冇好|验|认可")
_WHOLE = re.compile(
    r"(?:嗯|对|是的|好的|报告|看了|刚看|试了|刚试|我家)?[,，。 ]?(?:已经?|确实|终于|真的|现在|都)?(?:修|弄|搞|换|"
    r"处理|解决|疏通)(?:好|完|通)?(?:了|哒)[，,。！!~ 👍]*"
)
_FIXED_FIRST = re.compile(r"(?:已经?|都|终于|确实|真的)?(?:修|搞|弄|换|疏通|处理)好(?:了|哒)[，,。！!\s]+.{1,16}$")
_ONLY_THANKS = re.compile(
    r"[，,\s](?:太)?(?:感谢|谢谢|多谢)[^，,。]*[。！! ]*$"
)  # news of a mended thing reads the same
_PAST_TALK = re.compile(r"昨[天晚]|前[天几]|上[周个次]|去年|早就|之前|以前|上回|那年|今早|刚(?:刚)?才?.{0,6}来")
_NOT_YET = re.compile(r"再[讲说看评][^，。]{0,3}满意|才[^，。]{0,2}满意|等[^，。]{0,8}(?:满意|再)|满意(?:的话|才|不了)")
_ASKS = re.compile(r"吗\s*[？?]?$|[没冇]\s*[？?]?$|什么时候|几时|何时|有没有|有冇")


def read_feedback(text: str, context: Context) -> Feedback | None:
    """修得好，满意 · 7号单看过了，行 · 没修好. Thanks for something mended earlier are none."""
    if len(text) > 120 or not _TRIGGER.search(text) or _ASKS.search(text):
        return None
    number = read_ticket_number(text)
    if _NOT_YET.search(text):
        return None
    if context.awaits_verdict and (verdict := _awaited(text)) is not None:
        return Feedback(verdict, number, text)
    for read in (_rated, _dissatisfied, _satisfied):
        verdict = read(text, number, context)
        if verdict is not None:
            return None if _ELSEWHERE.search(text) else Feedback(verdict, number, text)
    return None


def _awaited(text: str) -> bool | None:
    """A verdict is waited for, so its plain word is one wherever it stands: 处理得快 满意，师傅站了两个钟头."""
    if _UNSATISFIED.search(text):
        return False
    return True if _SATISFIED.search(text) else None


def _rated(text: str, number: int | None, context: Context) -> bool | None:
    """Three stars of five and more count as satisfied."""
    found = _RATING.search(text)
    if found is None or len(text) > 30 or not (_RATES.search(found[0]) or number):
        return None
    return found["word"] not in _BAD_WORDS if found["word"] else found["stars"] in _GOOD_STARS


def _dissatisfied(text: str, number: int | None, context: Context) -> bool | None:
    if not _UNSATISFIED.search(text) or _SATISFIED.search(text) and "不满意" not in text and "不认可" not in text:
        return None
    is_quoted = number is not None or context.quoted_text is not None
    is_verdict = (
        is_quoted or bool(_JUDGES.search(text)) and len(text) <= 40 or len(text) <= (12 if context.is_pipeline else 6)
    )
    return False if is_verdict else None


def _satisfied(text: str, number: int | None, context: Context) -> bool | None:
    if _SATISFIED.search(text) and (
        number is not None or len(text) <= 8 or _FIXED.search(text) or _PRAISE.search(text)
    ):
        return True
    if _PAST_TALK.search(text) or not _FIXED.search(text):
        return None
    is_said = (
        bool(_WHOLE.fullmatch(text))
        or bool(_PRAISE.search(text))
        and (number is not None or bool(_FIXED_FIRST.match(text)))
    )
    is_thanks = bool(_ONLY_THANKS.search(text)) and not context.is_pipeline
    is_reply = context.quoted_text is not None and bool(_PRAISE.search(text)) and len(text) <= 30
    return True if is_said and (number is not None or not is_thanks) or is_reply else None
