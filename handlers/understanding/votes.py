"""Votes: which options of an open poll a message chooses.

A vote is a clause that is nothing but a choice (我家8点, 还是7点吧, B), or one in which somebody says that he chooses
(我投6点因为…). A clause that only contains an option's words (6点起床) is no vote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understanding.chains import read_chain
from handlers.understanding.meaning import Context, OpenPoll, Vote
from handlers.understanding.offers import answers_offer
from handlers.understanding.options import NO, YES, aliases_of, nearly, position_named, with_digits
from handlers.understanding.patterns import any_of

_FACES = re.compile(r"\[[^\]\s]{1,6}\]|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]")
_HOUSEHOLD = re.compile(
    r"^(?:我们?家?是?(?=\d))?(?:\d{1,3}栋)?(?:\d{1,2}单元)?(?:[A-Za-z]?\d+(?:-\d+)+|\d{3,4}(?:室|号|房)|\d{3,4}(?=\D))\s*|"
    r"^\d{1,3}栋(?:\d{1,2}单元)?\s*"
)
_NUMBERED = re.compile(r"^\s*\d{1,3}[.、．:：)）]\s*")
_LEAD = any_of(
    r"^(?:我们家|我们户|我们这户|老朽|我们屋里|我们|我屋里|我家|我自己|自己|我这?票|我|咱们?家?|本户|本人|俺家?|"
    r"家里|屋里|全家|也|都|就|还是|那|哦|嗯|好|算了|再|现在|必须",
    r"排序|觉得|想|讲|说|要|改投|改成|改为|改|投给|投票给|投票|投|选择|选|支持|赞成|同意|挺|站|定|来|用|给|按个?",
    r"一票|算我?|记|代表|坚决|完全|非常",
    r"举双手|举手|肯定|强烈|当然|个|的|[:：，,、\s])",
)
_TRAIL = any_of(
    r"(?:\+\s*1|\+|1票|一票|吧|啊|呀|咯|哦|哈|啦|了|哒|喽|呗|的|那一?档|那个|这个|个|方案|选项|最好|刚好|正好|合适|"
    r"蛮好|不错",
    r"可以|比较好|好些|好点|好|算了|谢谢|[~～！!。.，,、\s])$",
)
_CLAUSE = re.compile(r"[\s，,。；;！!~～…]+")
_QUESTION = re.compile(r"[？?]\s*$|[吗么呢]$|[没冇]$|^(?:谁|哪|为什么|怎么)")
_FUNCTION_WORDS = frozenset("的了吗不是同意要我你他大家都在有这那")
_SEVERAL = re.compile(r"[和与跟、,，&/>\s]+")
_TWICE = re.compile(r"(?:.{0,4}[讲说])?(.{1,12}?)就\1[吧咯啊！!。 ]*")  # 我讲6点就6点
_FOLLOWS = re.compile(
    r"(?:我家?)?(?:也|都)?(?:同意|赞成|支持|跟|和|同|随|与)(?:一下)?楼上(?:的|两位|几位)?(?:意见|看法)?(?:一样|一致|"
    r"同)?[的吧啊+！!1。 ]*"
    r"|跟楼上投一样的?|楼上\+1|同楼上[！!。 ]*"
)
_SAME_AS_QUOTED = re.compile(
    r"(?:我们?家?)?也?(?:同(?:上|样|意|求)?|跟?(?:他|她|你|楼上)?一样|也是|\+\s?1|加一|附议|俺也一样)[的吧啊呀！!。~ ]*"
)
_SAME_AS_ABOVE = re.compile(r"同上[的吧啊！!。 ]*|楼上[+1 ]*")
_ONE = r"(?:我|我家|我们家|我们|咱家|本户|俺家?|屋里|我屋里)"
_DECLARES = re.compile(
    rf"(?:^|[\s，,。！!])(?:那|哦|嗯|好)?(?:{_ONE}(?:\d{{3,4}})?)?(?:也|就|还是|都|肯定|自己|来|再|改|要|想|觉得|"
    rf"代表全家|坚决)*"
    r"(?:投|选|支持|赞成|同意|挺|站|改)(?:票给|给|择|一票|了|成)?(?P<rest>.+)"
)
_CASTS = re.compile(r"投一?票\s*[:：给]\s*(?P<rest>\S.*)")
_TAKES_SIDES = re.compile(
    rf"(?:{_ONE})?(?:也|都|坚决|完全|非常|举双手|投|强烈|绝对|还是)*(?P<pole>不同意|不赞成|同意|赞成|反对|"
    rf"弃权)(?!了|书|过|票|的|见|.{{0,8}}[吗？?])"
)

# Without a known poll, by the form alone.
_NOT_CHOSEN = (
    r"(?!诉|资|了|简|稿|影|修|错|课|房|股|的|不|保|谁|什么|哪|过|完|好|来|中|手|购|在|择|靠|递|喂|篮|降|放|入|胎|奔|"
    r"身|址|题|举|票结)"
)
_BARE = (
    re.compile(
        rf"(?:{_ONE})?(?:也|就|还是)?(?:投|改投|选|支持|选择|按)?\s*[A-H](?:\s*[和、,，&+>]\s*[A-H])*(?:选项|方案|"
        rf"项|一票)?[吧啊哦+1 ！!。]*",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_ONE}(?:也|就|还是|肯定|都|自己)*(?:改?投|选)(?:给|"
        rf"票给)?{_NOT_CHOSEN}[^\s，,。？?！!]{{1,9}}(?<![吗么呢啥])"
    ),
    re.compile(
        rf"(?:就|还是|改)?(?:投|选(?=[^\s]{{1,5}}吧|[①-⑩\d白晚早上下周一二三四五六七八九十]|第|"
        rf"方案)){_NOT_CHOSEN}[^\s，,。？?！!]{{1,6}}(?<![吗么呢啥])"
    ),
    re.compile(r"[1-9甲乙丙丁](?:\s*[和、,，&+]\s*[1-9])*|[①-⑩]"),
    re.compile(
        r"第[一二三四五1-5]个[吧啊！!。]*|(?:选|投|同意|赞成|支持)?(?:第[一二三四五]套)?(?:方案|"
        r"选项)[一二三四五1-5A-Da-d]?"
    ),
    re.compile(
        r"(?:我要)?(?:[周星期礼拜]{1,2}[一二三四五六日天]|[一二三四五六七八九十\d]+点)那个|(?:非要|非|硬要)选.{0,2}就?选?[A-Ha-h甲乙丙丁①-⑩]|扣[12]|\S{0,2}(?:赞成|同意)方案\S{1,2}"
    ),
    re.compile(r"(?:同意|赞成|支持)第[一二三四五]\S{1,4}|(?:支持|赞成|同意)\S{1,6}(?:选项|方案)\S?"),
    re.compile(
        r"(?:我|我家)?(?:坚决|完全|举双手)?(?:不同意|不赞成|反对|赞成)(?:换|装|加装|拆|改|建|挪|涨|收费|"
        r"方案)\S{0,8}"
    ),
)
_LONE = (YES | NO | {"弃权"}) - {"支持", "举双手"}
_FORM_TRIGGER = re.compile(r"[投选赞弃A-Ha-h①-⑩甲乙丙丁\d]|同意|反对|楼上|方案|[意问][见题]|[那扣].$|第.个|^[1-9]")
_ASKS_BOTH = re.compile(r"(?:同意|赞成)还是(?:不同意|反对)")
_TALK = re.compile(r"早该管|受害|聚餐|楼上说|观点|说法|躺平|下次|吃|喝|团|斤|电影|歌")


LONGEST = 2000  # a chain of a whole building


def read_vote(text: str, context: Context) -> Vote | None:
    """The choice that the message casts. With no poll known and no pipeline it goes by the form alone: Vote(None)."""
    if len(text) > LONGEST or not text.strip() or answers_offer(text, context):
        return None
    said = _FACES.sub("", _own_line(text, context)).strip()
    if not context.polls:
        return None if context.is_pipeline else _by_form(said)
    if _FOLLOWS.fullmatch(said) or _SAME_AS_ABOVE.fullmatch(said):
        return Vote(context.polls[0].number, follows=True)
    if context.quoted_text and _SAME_AS_QUOTED.fullmatch(said):
        said = context.quoted_text
    for poll in context.polls:
        choices = _choose(said, poll)
        if choices:
            return Vote(poll.number, choices)
    return None


def _own_line(text: str, context: Context) -> str:
    """Of a 接龙 list the sender's own line."""
    if chain := read_chain(text):
        return chain.line_of(context.sender_household)
    lines = [line for line in text.strip().split("\n") if line.strip()]
    last = lines[-1].strip()
    return _NUMBERED.sub("", last) if len(lines) > 1 and _NUMBERED.match(last) else text.strip()


def _by_form(said: str) -> Vote | None:
    if not _FORM_TRIGGER.search(said) or len(said) > 60:
        return None
    if _FOLLOWS.fullmatch(said):
        return Vote(None, follows=True)
    clauses = [clause for clause in _CLAUSE.split(said) if clause]
    if not clauses or _TALK.search(said):
        return None
    near = [_HOUSEHOLD.sub("", clause) or clause for clause in clauses[:2]]
    if not _QUESTION.search(clauses[0]) and any(form.fullmatch(clause) for form in _BARE for clause in near):
        return Vote(None)
    is_pole = len(clauses) <= 3 and any(form in _LONE for clause in near for form in _forms(clause))
    is_told = (
        re.search(r"[？?吗么呢]$", said) or clauses[0].endswith("了") or "还是" in said and _ASKS_BOTH.search(said)
    )
    return Vote(None) if is_pole and not is_told else None


def _choose(said: str, poll: OpenPoll) -> tuple[int, ...]:
    aliases = aliases_of(poll)
    tidy = with_digits(said)
    if several := _several(tidy, aliases, len(poll.options)):
        return several
    clauses = [clause for clause in _CLAUSE.split(tidy) if clause and not _QUESTION.search(clause)]
    pure = [(clause, found) for clause in clauses if (found := _pure(clause, aliases, poll)) is not None]
    return _decide(pure, poll) if pure else _declared(tidy, aliases, poll)


def _decide(pure: list[tuple[str, int]], poll: OpenPoll) -> tuple[int, ...]:
    """Several clauses choose: all of them where the poll allows it, else the one that revises, else the first."""
    if poll.kind == "multiple":
        return tuple(dict.fromkeys(found for _, found in pure))
    revised = [found for clause, found in pure if re.match(r"还是|那|改|算了", clause)]
    return (revised[-1] if revised else pure[0][1],)


def _several(said: str, aliases: dict[str, int], count: int) -> tuple[int, ...]:
    """1和3 · A、C · AC: every part is a choice."""
    for form in _forms(said):
        is_letters = re.fullmatch(r"[A-Ha-h]{2,8}", form)
        parts = list(form) if is_letters else [_TRAIL.sub("", part.strip()) for part in _SEVERAL.split(form) if part]
        found = [aliases.get(part.lower(), position_named(part, count)) for part in parts]
        if len(found) >= 2 and len(form) <= 30 and None not in found:
            return tuple(dict.fromkeys(position for position in found if position is not None))
    return ()


def _pure(clause: str, aliases: dict[str, int], poll: OpenPoll) -> int | None:
    for form in (*_forms(clause), *_forms(_without_topic(clause, poll))):
        named = aliases.get(form.lower(), position_named(form, len(poll.options)))
        position = nearly(form, poll) if named is None else named
        if position is not None:
            return position
    return None


def _without_topic(clause: str, poll: OpenPoll) -> str:
    """直饮水机我804同意: what the poll is about may stand before who votes."""
    topic, speaker, rest = clause.partition("我")
    return speaker + rest if len(topic) > 1 and topic in poll.question else clause


def _forms(clause: str) -> Iterator[str]:
    """The clause, then with less and less around its heart: 我家还是投7点吧 … 7点."""
    form = _HOUSEHOLD.sub("", clause.strip()) or clause.strip()
    if twice := _TWICE.fullmatch(form):
        form = twice[1]
    while form:
        yield form
        while (shorter := _TRAIL.sub("", form)) != form and shorter:
            form = shorter
            yield form
        lead = _LEAD.match(form)
        if lead is None:
            return
        form = form[lead.end() :]


def _declared(said: str, aliases: dict[str, int], poll: OpenPoll) -> tuple[int, ...]:
    """我投6点因为…: what stands right behind the choosing; 同意装，… in a yes/no poll."""
    if _QUESTION.search(said):
        return ()
    sides = _TAKES_SIDES.match(_HOUSEHOLD.sub("", said))
    if sides and sides["pole"] in aliases and _is_about(said[said.index(sides["pole"]) + len(sides["pole"]) :], poll):
        return (aliases[sides["pole"]],)
    for found in (*_DECLARES.finditer(said), *_CASTS.finditer(said)):
        rest = found["rest"].strip().lower()
        near = [alias for alias in aliases if rest.startswith(alias) and _ends_there(rest, alias)]
        if near:
            return (aliases[max(near, key=len)],)
        position = position_named(rest[:1], len(poll.options)) if _ends_there(rest, rest[:1]) else None
        if position is not None:
            return (position,)
    return ()


def _is_about(rest: str, poll: OpenPoll) -> bool:
    """同意装雨棚 answers 加装雨棚; 同意你的说法 does not. Nothing behind it answers as well."""
    clause = _CLAUSE.split(rest)[0]
    return not clause or bool(set(clause) & (set(poll.question) - _FUNCTION_WORDS))


def _ends_there(rest: str, alias: str) -> bool:
    following = rest[len(alias) : len(alias) + 1]
    return len(alias) >= 2 or not (following.isalnum() or "\u4e00" <= following <= "\u9fff")
