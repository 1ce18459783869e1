"""Polls put to the group in plain words, and questions about how a poll stands.

A poll needs two things: something to choose between (see choices.py) and a sign that the group is to choose (投票,
一户一票, 大家说说, a deadline). One without the other is talk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time

from handlers.understanding.chains import read_chain
from handlers.understanding.choices import EDGES, Choice, find_choice, is_demand
from handlers.understanding.meaning import Context, PollDraft, TimeSpan
from handlers.understanding.patterns import any_of

_TRIGGER = re.compile(
    r"[投票选/|①]|表决|还是|[AaBb甲][.、．:： ]?\S|1[.、．)）]|大家|各位|扣1|[要需愿装换加改停开]不|回1|的回|不同意|必要|该不该|举手|"
    r"接龙|征求|是否"
)
# The message itself opens a poll. A poll that was or is (那个投票, 上次表决, 没投票) opens none.
_OPENED = any_of(
    r"(?:发起|[发开来搞弄建做投点整]一?个|组织|群内?)\s*(?:匿名|公开|实名|小|线上)?(?:投?票|表决)",
    r"(?:^|[\s，,。！!：:【])(?:投票|表决)\s*(?:[：:】]|\s)",
    r"(?:投票|表决)(?:定|决定|选(?!了|的)|一下|吧|开始)",
)
# It asks for votes.
_CALLED = any_of(
    _OPENED.pattern,
    r"(?<![没未冇])投(?:一下|[一个张下]{1,2}票)(?!结果|都没|简历|诉)",
    r"(?:大家|各位|各户|每户|请|都来|来|家长们)\S{0,6}(?:投票|表决|投[一个下]|选一?个)",
    r"一[户家]一票(?!还是|吗)|每[户家]一?票|举手表决|接龙[选投]|民意(?:调查|征集|摸底)|可?多选|单选|任选|最多[选投]",
    r"选[一两二三]个",
    r"征求.{0,6}(?:意见|意愿)|意见征[求集]|[选投]票[:：]|[扣回打发按](?:复)?[1一]|的回“\S”|回(?:复)?(?:个|"
    r"一个)?(?:数字|字母|编号)|(?:前|收)投完|收票",
)
_ADDRESS = re.compile(r"大家|各位|邻居|业主们|家人们|大伙|乡亲|街坊|各[家户]|每[家户]|住户们|你们")
_INVITE = any_of(
    r"说说|说下|说一下|讲讲|讲下|讲一声|选|投|定一?下|定个|表态|表个态|举手|意见|吱|看法|意向|接龙|回复|统计|商量",
    r"拿个?主意|怎么看|觉得|认为|想[要选]|倾向|更?喜欢|议一?议|决定|回一个|记票|计数",
)
_SHOPPING = re.compile(
    r"\d\s*斤|/斤|下单|自提|包邮|团购|拼[单团]|秒杀|到货|砍一刀|[一两]箱|截单|开团|链接|优惠|代购|特价|红包|自驾|"
    r"AA|一户一票啊|(?:^|[^，。])非?选一个就"
)
_NOT_OURS = any_of(
    r"拉票|帮(?!忙?我?们?(?:[搞建发弄开做来整起]|组织))[^，。]{0,6}投.{0,2}票|给(?!孩子们|"
    r"大家).{0,8}投.{0,2}票(?!.{0,6}[:：])|宝宝|选手|大赛|歌手|节目|大选|奥运|我们?公司|我们?单位|班级|老师|同学",
    r"选举|房源|客户|微信号|男朋友",
    r"那年|(?:那个|那次|上次|之前的?|刚才的?|上回)(?:的)?(?:投票|表决)|投票(?:率|那|不是|结果|是一户)",
    r"表决(?:的?结果|过了|多少|，)",
)
_FOOD = re.compile(r"火锅|奶茶|外卖|吃什么|吃啥|喝什么")
_RHETORICAL = re.compile(r"要不要脸|要不要(?:这么|这样|那么|命|紧)|还是说|你说是不是")
_MULTIPLE = re.compile(r"可?多选|可以选[两二三几多]|最多[选投]|任选|选[两二三2-9]个|不限|不止一")
_POLE_WORDS = re.compile(r"(?:同意|赞成|支持|要|需要|反对|可以|行|愿意|是|否|好|有必要|没必要)")

_AFTER_DEADLINE = re.compile(r"\s*(?:之?前|以前|就?截止|截至|为止|结束|收|关|止|统计|出结果|唱票|开票)")
_BEFORE_DEADLINE = re.compile(r"(?:截止时间|截止日期|截止到?|截至|投到|选到|开到|期限|时间)(?:[:：是为]|\s)*$")
_DEADLINE_WORDS = re.compile(r"^\s*(?:之?前|以前|就?截止|截至|为止|结束|收票|止)")
_FILLER = any_of(
    r"^\s*[#【]?\s*群?接龙[】:：\s]*",
    r"^(?:@\S+\s*)?(?:帮忙|帮我|麻烦)?【?(?:发起|[发开来搞弄建做投整]一?个|群)?(?:投票|表决|"
    r"票)】?(?:(?<=】)|\s*[:：，,]\s*(?:题目[:：])?|\s+|(?=$))",
    r"^(?:各位\S{0,4}|大家好?|邻居们|家人们)[，,：:\s]+|^小件[，,\s]*(?:帮忙|"
    r"帮我)?(?:[发开来搞弄建做整]一?个)?(?:匿名)?(?:投票)?[：:，,\s]*",
    r"一[户家]一票|每[户家]一?票|可?多选|单选|最多[选投][\d一二两三四五]个|征求(?:一下)?(?:大家|各位)?的?意见",
    r"(?:请|麻烦)?(?:大家|各位(?:邻居|业主)?|邻居们|大伙|各户|每户)?(?:都|来|就|一起|请|帮忙)*"
    r"(?:说说|说一?下|讲讲|选一?[下个]|选|投一?下票?|投票|投个?票|定一?下|表个?态|举个?手|看看)(?:吧|咯|哈|啊)?(?=$|"
    r"[\s，,。！!：:])",
)

_ASKS_AFTER = (
    r"(?:结果|多少|几|怎么?样|咋样|何解|如何|谁|哪|情况|出来|够|过半|截止|时候|看|公布|过了?[没冇吗]|通过|名单|汇总|"
    r"报|统计|进[度展]|到)"
)
_QUERY = any_of(
    rf"(?:投票|表决|得票|票数|选票|计票|唱票|票投)[^，。；]{{0,12}}{_ASKS_AFTER}|(?:投票|"
    rf"表决)[^。；]{{0,30}}(?:够了?[没冇不]|多还是|结束了吗|[几多]少?票)|[几多]少?票了",
    r"(?:结果|多少|几|谁|哪|看[下看]?|查|统计|公布|报)[^，。]{0,8}(?:投票|表决|得票|票数|选票)(?!吗)",
    r"(?:没有?|未|冇|还没有?)(?:人)?(?:投|表态)[^，。]{0,6}(?:哪|几|多少|谁|名单|户)",
    r"(?:哪|几|多少|谁)[^，。]{0,8}(?:没有?|未|冇)(?:投|表态)|(?:剩|差)[^，。]{0,3}(?:几|"
    r"多少)[^，。]{0,3}(?:[户家].{0,4}[过没投]|票)",
    r"(?:同意|反对|赞成|支持|弃权)的[^，。]{0,6}(?:几|多少|到|够|过半|三分之|多还)|(?:多少|"
    r"几)[户家人][^，。]{0,2}(?:投|选|同意|赞成|反对)",
    r"(?:方案|选项|[A-H]|[甲乙丙])[^，。]{0,10}(?:领先|占|百分之|票多|多少票|几票)|(?:哪个|谁|哪边|哪种)(?:票多|"
    r"领先|赢)",
    r"投(?:得|的|到)[^，。]{0,4}(?:怎|咋|几|多少|如何|何解)|(?:还差|差)(?:几|多少)[户家]|投(?:完|齐|够)?(?:了|"
    r"哒)[没冇吗]|投了(?:多少|几)",
    r"我(?!们|是|在|以)[^，。]{0,4}投(?:进去|上|成功|的是哪)|投的(?:是)?(?:哪|什么)|(?:最后|到底)选的(?:是)?(?:哪|"
    r"什么)|现在(?:的)?票数|票数",
)
_QUERY_TRIGGER = re.compile(r"[投票]|表决|表态|领先|过半|方案|赞成|反对|同意的|选的|[几少]户")
_QUERY_ELSEWHERE = re.compile(
    r"大选|选秀|比赛|大赛|综艺|节目|冠军|彩票|股票|电影票|门票|车票|高铁|机票|演唱会|发票|抢票|钞票|饭票|我们?公司|"
    r"我们?单位|当场|年那"
)
_QUERY_ASKS = re.compile(r"[？?吗么没冇呀]|怎|哪|多少|几|谁|结果|情况|进度|如何|公布|看|查|名单|报|统计|汇总|够不够")


def read_poll(text: str, times: tuple[TimeSpan, ...], context: Context, now: datetime) -> PollDraft | None:
    """A question that the message puts to the group, or None. `closes_at` has the zone of `now`."""
    if chain := read_chain(text):
        if any(chain.is_about(poll.question) for poll in context.polls):
            return None  # one more answer to a question that is open
        text = chain.head
    if not _TRIGGER.search(text) or _SHOPPING.search(text) or _RHETORICAL.search(text) or _NOT_OURS.search(text):
        return None
    is_called = bool(_CALLED.search(text))
    deadline = closing_time(text, times)
    until = deadline.begins if deadline else len(text)
    choice = find_choice(text, until, is_called, bool(_OPENED.search(text)))
    if choice is None or not (is_called or _is_put_to_group(text, choice, context, deadline)):
        return None
    question = _question(text, choice, deadline)
    return PollDraft(question, choice.options, _kind(text, choice.options), _closing(deadline, now))


def is_poll_query(text: str) -> bool:
    """投票结果怎样了, 还有哪些户没投."""
    if not _QUERY_TRIGGER.search(text) or not _QUERY.search(text):
        return False
    return bool(_QUERY_ASKS.search(text)) and not _QUERY_ELSEWHERE.search(text)


def option_times(text: str, times: Sequence[TimeSpan], draft: PollDraft) -> frozenset[TimeSpan]:
    """Those of the times that are options of the poll, so no times of the message."""
    deadline = closing_time(text, times)
    return frozenset(t for t in times if t is not deadline and _is_within(text[t.begins : t.stops], draft.options))


def _is_within(said: str, options: tuple[str, ...]) -> bool:
    return any(said in option or option in said for option in options)


def closing_time(text: str, times: Sequence[TimeSpan]) -> TimeSpan | None:
    """The time at which the message says that the poll closes."""
    for found in reversed(times):
        before, after = text[: found.begins], text[found.stops :]
        if _AFTER_DEADLINE.match(after) or _BEFORE_DEADLINE.search(before):
            return found
    return None


def _closing(deadline: TimeSpan | None, now: datetime) -> datetime | None:
    if deadline is None:
        return None
    last = deadline.end or deadline.start
    if isinstance(last, datetime):
        return last
    return datetime.combine(last, time(23, 59), tzinfo=now.tzinfo)


def _is_put_to_group(text: str, choice: Choice, context: Context, deadline: TimeSpan | None) -> bool:
    """Without the word for it: marked options after a question, or the group asked for its opinion, or the bot told."""
    is_asked = bool(re.search(r"[？?：:]|什么|哪|几|多少|怎么|名字|要不要|同不同意", text[: choice.begins]))
    if choice.is_listed and is_asked or choice.is_marked and (deadline is not None or is_demand(text)):
        return True
    if _FOOD.search(text):
        return False
    addressed = bool(_ADDRESS.search(text)) and (bool(_INVITE.search(text)) or deadline is not None or is_demand(text))
    is_wanted = is_demand(text) and (is_asked or bool(_INVITE.search(text)))
    return addressed or is_wanted or context.mentions_bot and choice.is_listed


def _question(text: str, choice: Choice, deadline: TimeSpan | None) -> str:
    kept = text[: choice.begins]
    if deadline and deadline.begins < len(kept):
        kept = f"{_BEFORE_DEADLINE.sub('', kept[: deadline.begins])} {_DEADLINE_WORDS.sub('', kept[deadline.stops :])}"
    bare = re.sub(r"\s+", " ", _FILLER.sub(" ", kept)).strip(EDGES)
    return bare or re.sub(r"\s+", " ", kept).strip(EDGES) or "/".join(choice.options)


def _kind(text: str, options: tuple[str, ...]) -> str:
    if _MULTIPLE.search(text):
        return "multiple"
    poles = [option for option in options if _POLE_WORDS.match(option.removeprefix("不").removeprefix("我"))]
    return "yes_no" if len(poles) >= 2 and len(options) <= 3 and len(options[0]) <= 4 else "single"
