"""Whether somebody comes to a meeting: 我参加, 去不了. That there is a meeting is for the caller to know."""

from __future__ import annotations

import re

from handlers.understanding.meaning import Context
from handlers.understanding.patterns import any_of

_TRIGGER = re.compile(r"参加|参会|到|来|去|出席|请假|请个假|缺席|算上?我|不成|赶不|我在|能进|带上我|待定|我们?家派")

_WHO = (
    r"(?:我们家|我家|我们|我[和跟]我?[老爱妈爸]\S{0,2}|我|本人|俺|咱家?|两口子|我爸|我妈|我老[公婆]|屋里嗲嗲|"
    r"我屋里\S{1,2}|我崽|我儿子|我女儿)"
)
_DAY = r"(?:到时候?|明天|后天|今晚|晚上|明晚|那天|那晚|上午|下午|这次|这回|周[一二三四五六日天](?:晚上?|上午|下午)?)"
_YES = re.compile(
    rf"(?:好的?|收到|嗯|行|可以|没问题|要得|OK|ok)?{_DAY}?{_WHO}{_DAY}?(?:两口子|两个|都|也|会|一定|肯定|准时|可以|"
    rf"能|要|去|来|报名|派人|派代表|确认|按时|必须|代表我们[栋单元]*|一个人|\d个人|争取|尽量|准点|代我|都)*"
    r"(?:参加|出席|到场|到会|赶到|赶过[来去]|到|来|去)(?:的|吧|咯|哈|参加|开会|人)?(?:\+1)?"
    r"|(?:但|那|我)*(?:一定|准时|肯定|会|能|按时|可以|必须|确认)+(?:参加|参会|到场?|来|去|出席)(?:的)?|参加(?:\+1)?|"
    r"出席|报名参[加会]|[1一两2](?:个)?人(?:参加|到场|去|来)|参加[,， ]?[1一两2]人|来得了|去得了|到得了"
    r"|\d{3,4}(?:到|参加|来)|\d{1,2}栋(?:派)?我(?:去|来|参加|到)"
)
_NO = re.compile(
    rf"(?:不好意思|抱歉|对不起|哎呀?|可惜|遗憾)?{_DAY}*{_WHO}?(?:这边|可能|有事|要上班|上班|加班|出差|恐怕|估计|"
    rf"应该|实在|就|也|都|要?值班|在外地|带崽|人在外地|临时有事|真的?|大概率|现在)*"
    r"(?:去不了|来不了|参加不了|到不了|去不成|来不成|没法参加|没法去|没法来|不能参加|不能来|不能去|无法参加|"
    r"无法到场|赶不过来|赶不到|赶不上|赶不回来?|不参加|缺席|请个?假|不来了|不去了|没空去|没空来|走不[脱开]|只能缺席|"
    r"没时间参加|没时间去)(?:了|哒|咯|的|啊|啦)?"
)
_ABOUT_MEETING = any_of(
    r"[的个次](?:[\u4e00-\u9fff]{2,4})?会(?=我|[，,。；;\s]|$|[去来到参请不能要恐怕])|会我|开会|参会|到会|与会|议事",
    r"座谈|说明会|大会|碰头会|生活会|会上|业主会|听证会|会就不|会议(?!室)|协商会|恳谈会",
)
_COMES = re.compile(
    rf"{_WHO}[^，。！？?]{{0,12}}?(?:来|去|到|参加|出席|在的|能进)|带上我|算上我|算我一个|派{_WHO}|报名|"
    rf"参会(?!.{{0,6}}[吗么？?])|到场|出席|准时"
)
_STAYS = re.compile(
    r"[来去到](?:不了|不成)|不(?:来|去|参加|下楼|到)(?!不)|请个?假|缺席|赶不(?:到|上|过|回)|没空|不能(?:来|去|"
    r"参加)|无法|参加不了|没法"
)
_PRIVATE = any_of(
    r"公司|学校|家长会|班主任|老师|同学|客户|单位|老板|演唱会|年会|晚会|音乐会|我(?:还|正)?在开会|(?<!派)我?(?:马上|"
    r"刚|得|要)去开会|开会去|刚开|开完会回",
)
_ASKED = re.compile(
    r"(?:谁|哪些人|几个人|多少人|你们?)[^，。]{0,6}(?:来|去|参加)|[吗么][？?]?\s*$|大家|各位|请(?!个?假)|通知|欢迎"
)
_MEETS = re.compile(r"晚[到点十]|一起|先开|孩子|崽|会|议|带|几点|哪|地方|地点|迟到|晚点|签到|代")
_LONE_COME = re.compile(r"(?:来|去|到|参加)(?:的|咯|啊)?")
_LONE_I = re.compile(r"我[去来](?:咯|的|了)?")
_COMES_SELF = re.compile(
    r"(?:^|[\s，,。；;！!])(?:那|可以|好的?|行)?(?:我|我家|我们|咱)(?:也|就|照样|肯定|一定|准时|会|能|还是|和\S{1,4}|跟\S{1,4})*"
    r"(?:参加|出席|来|到|去)(?=$|[\s，,。！!的哒咯吧])"
)
_STAYS_SELF = re.compile(
    r"(?:^|[\s，,。；;！!])(?:可能|恐怕|那天|那晚)?(?:我|我家|我们)?[^，。\s]{0,6}(?:来|去|到|参加)不(?:了|成)|请个?假(?:$|[\s，,。])"
)
_STOPS = re.compile(r"[\s，,。；;！!？?~～…]+")
_FACES = re.compile(r"\[[^\]\s]{1,6}\]|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]")
_NOT_RSVP = any_of(
    r"团|斤|箱|(?<!身)份|拼车|吃饭|聚餐|打牌|麻将|唱歌|电影|超市|快递|婚礼|演唱会|酒|健身|逛街|医院|喝茶|夜宵|火锅|K歌",
    r"志愿|巡逻|值班[表我缺]|铲雪|扫雪|打扫|清扫|捡|取货|拿货|自提|聚会|AA|会议室|活动室",
)


def read_rsvp(text: str, context: Context) -> bool | None:
    """我参加 → True, 去不了 → False, None for anything else."""
    if len(text) > 80 or not _TRIGGER.search(text):
        return None
    plain = _FACES.sub("", text)
    if context.calls_for == "meeting" and not _NOT_RSVP.search(plain) and (called := _to_the_call(plain)) is not None:
        return called
    if (about := _of_meeting(plain)) is not None:
        return about
    clauses = [clause for clause in _STOPS.split(plain) if clause]
    if not clauses or _NOT_RSVP.search(plain) or len(clauses) > 4:
        return None
    return _by_form(clauses)


def _by_form(clauses: list[str]) -> bool | None:
    """A clause that is nothing but an answer."""
    others = " ".join(clauses[1:])
    if others and _LONE_I.fullmatch(clauses[0]) and not _MEETS.search(others):
        return None  # 我去 这么贵 is an outcry
    for clause in clauses[:3]:
        if _NO.fullmatch(clause):
            return False
        if _YES.fullmatch(clause):
            return True
    is_come = len(clauses) > 1 and bool(_LONE_COME.fullmatch(clauses[0])) and bool(_MEETS.search(others))
    return True if is_come else None


def _of_meeting(text: str) -> bool | None:
    """周五的会我去不了: names a meeting, and says who comes or stays away."""
    if not _ABOUT_MEETING.search(text) or _PRIVATE.search(text) or _ASKED.search(text):
        return None
    if _STAYS.search(text) and not re.search(r"不[来去].{0,6}那?我?必须|本来不", text):
        return False
    return True if _COMES.search(text) else None


def _to_the_call(text: str) -> bool | None:
    """People are just being asked who comes, so a clause of one's own coming or staying away answers it."""
    if _ASKED.search(text):
        return None
    if _STAYS_SELF.search(text):
        return False
    return True if _COMES_SELF.search(text) else None
