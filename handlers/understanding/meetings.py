"""Calls to a meeting, and changes of one. Whether somebody comes is read in rsvps.py."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.understanding.meaning import Context, MeetingDraft, TimeSpan
from handlers.understanding.patterns import any_of
from handlers.understanding.rsvps import read_rsvp

__all__ = ["read_meeting", "read_rsvp"]

_TRIGGER = re.compile(
    r"会|议|商量|碰头|碰个|碰一下|坐一?坐|坐下来|讨论|聊聊|唠|说说|集合|集中|宣讲|讲座|培训|说明|见面|下见|谈谈|"
    r"组织生活|座谈|签协议"
)

_NAMED = re.compile(
    r"(?P<name>[\u4e00-\u9fff\d]{0,8}?(?:议事会|业主大会|代表大会|代表会|座谈会|协商会|听证会|述职会|说明会|通气会|"
    r"碰头会|楼栋长会|楼长会|恳谈会|党员大会|党员会|居民大会|居民会议?|见面会|宣讲会|培训会|动员会|"
    r"茶话会|民主协商|坝坝会|坪会|屋场会|院落会|筹备会|业委会会议|业主会议?|协调会|圆桌会|夜话会|沟通会|征求意见会|"
    r"征询会|联席会|评议会|推选会|总结会|例会|全体会议?|户主会|邻里会|网格会|志愿者会议?|组织生活会?|"
    r"推进会|意见会|讨论会|会议(?!室)|碰面会|交流会|现场会|短会|第[一二三四五六]次碰头|大会|宣讲|讲座|培训))"
)
_HOLD = any_of(
    r"开[^，。]{0,10}会(?!议室|员|不会)|碰[一个]?[头面下]|坐下来|坐一?坐|(?:一起|大家|集中|当面|来|过来)(?:集中|"
    r"商量|讨论|议一?议|聊聊|聊一聊|谈一?谈|说明|解释)",
    r"(?:商量|讨论|商议|商讨|集中议事|议一?议|议下|聊聊|谈谈|唠|合计|说说)(?:一下|下|个)?|当面说明|线下见|面对面",
)
_ADDRESS = re.compile(
    r"大家|各位|各[家户栋楼]|每[家户]|请|邻居|业主|居民|住户|楼栋长|楼长|代表|志愿|党员|@所有人|通知|全体|老街坊|"
    r"有空的|欢迎|咱们|我们(?!公司|单位|家)|家长|商户|的都来|都来|召集|几位|十[一二三四五六七八九]户|物业经理|来一个"
)
_GATHER = any_of(
    r"召开|举行|举办|在.{1,12}(?:开|举行|召开|集合|碰|坐)|地点|准时|参加|到会|来开|集合|集中|到.{1,10}(?:开会|集合|"
    r"商量|碰头|坐)|议程|议题|时间|主题|召集",
    r"开(?:业主|居民|议事|一次|一个|个|楼|座谈|协|党|短|述|说|了?第|坪|坝)|定[在于]|见(?:$|[，。！!])|莫迟到|别迟到",
    r"线下|带好|门口|旁边|关于|主要定",
)
_PRIVATE = any_of(
    r"公司|老板|领导让|客户|部门|早会|周会|晨会|家长会|班主任|学校|班会|腾讯会议|会议纪要|线上会|视频会|加班|年会",
    r"同学会|聚会|演唱会|音乐会|发布会",
    r"运动会|相亲会|招聘会|展销会|促销|庙会|晚会|展会|开完会|在开会|刚开会|开会(?:呢|去了|中|没空)|电影|吃饭|聚餐",
    r"人大|奥运|不会|会不会|机会|社会|学会|会员",
    r"我[要得在还]?(?:去|得去|马上|下午|明天|晚上|上午|刚|正在)?开(?:个|完|了)?会",
)
_OUTSIDE = any_of(
    r"家长会|(?:我们?|在|老)公司|老板|客户|部门|我们单位|学校|班会|年会|同学会|演唱会|音乐会|发布会|运动会|招聘会",
    r"两会|老家|村里|我妈单位|律师|考试",
    r"培训班|驾校|会议室.{0,8}(?:约|订|借|留[着给一]|用|退)|(?:约|订|借|预定|申请).{0,10}(?:会议室|议事厅)|^会议室",
    r"议事厅[／/]|场地取消",
)
_PAST = re.compile(
    r"昨[天晚]|前天|上[周次回个](?!.{0,12}(?:不愉快|没))|刚才|刚刚|开完|开过|开了(?!吗)|上星期|去年|之前的"
)
_ASKS = re.compile(r"[？?]\s*$|[吗么没冇]\s*$|什么时候|几点|哪天|在哪[里个]?[？?]?$|还开不开|开不开|谁去|多久")
_CHANGE = re.compile(r"(?:改|推迟|提前|延期|顺延|挪|调整|延|移|换)(?:到|至|为|在|成|期到)|延期|推迟|改时间|改期|改线上")
_THE_MEETING = re.compile(r"(?:^|[\s，,。；;那这的])会议?(?:就|还是|统一)?(?:改|推迟|提前|延期|挪|换|往后|不开)")
_CANCEL = re.compile(r"取消|不开(?:了|哒)|开不成|暂停|不搞了|作罢")
_ANSWERS = re.compile(
    r"(?:^|[，。\s])(?:我|我家)(?!们|家\d)[^，。]{0,8}(?:来不了|去不了|参加|到不了|不去|不来|来$)|带上我|算我|请假|"
    r"我.{0,3}去不|(?:会议|会)不参加|想到|取消，.{0,6}开会我|开会我(?:参加|来|到)"
)
_PLACE_TAIL = (
    r"(?:中心|活动室|会议室|[室厅馆]|广场|架空层|[一二三四五六七八九\d]楼|门口|亭子?|大厅|食堂|会所|院子|坪里?|大堂|"
    r"花园|操场|空地|办公室|居委会|社区|楼下|树下|小区里?|平台|驿站|党群|物业|那里|门厅|岗亭|车棚|长廊|花坛边上?|"
    r"图书角|便民站|我家\d*)"
)
_PLACES = (
    re.compile(
        r"(?:地点|地址|地方)(?:定在|改到|改在|改为|改成|换到|还是|就?在|是|为|"
        r"[:：\s])*(?P<place>[^\s，,。；;！!？?]{2,16})"
    ),
    re.compile(
        rf"(?:在|到|来|于|去|改到|"
        rf"借)(?P<place>[^\s，,。；;！!？?在到来]{{0,12}}?{_PLACE_TAIL}(?:[^\s，,。；;！!？?在到来开商聊谈碰集讨议]{{0,5}}?{_PLACE_TAIL}){{0,2}}"
        rf"(?:[一二三四五六七八九\d]楼|门口|旁边|里|外面|前|[一二三四五六七八九\d]+室)?)"
    ),
    re.compile(
        rf"(?:^|[\s，,。；;！!])(?P<place>[^\s，,。；;！!？?]{{0,10}}{_PLACE_TAIL}(?:[一二三四五六七八九\d]楼|门口|"
        rf"旁边)?)(?=$|[\s，,。；;！!开集碰聊谈]|见(?:$|[\s，,。！!]))"
    ),
)
_ABOUT = re.compile(
    r"(?:关于|商量一?下?|商议|讨论一?下?|议题是?[:：]?|主题是?[:：]?|聊聊|聊一聊|唠一?下|商讨|商议|议一?议|谈一?谈|"
    r"说说|说一?[说下]|讲一?下|专门讲|签)(?P<about>[^\s，,。；;！!？?]{2,20}?)(?:的?(?:事情?|问题|会)?)(?=$|"
    r"[\s，,。；;！!？?])"
)
_NAME_STARTS = re.compile(
    r"^.*(?:召开|举行|举办|开个?|在|的|[点半晚天午室厅心场日号到来于请次]|楼(?![栋长])|参加)(?=\S{2,}会)"
)


def read_meeting(text: str, times: tuple[TimeSpan, ...], context: Context, now: datetime) -> MeetingDraft | None:
    """A meeting that is called, moved or called off; None for one's own, past and asked-about meetings."""
    if not _TRIGGER.search(text) or _ASKS.search(text) or _OUTSIDE.search(text) or _ANSWERS.search(text):
        return None
    text = _without_times(text, times)
    named = _NAMED.search(text)
    if named and _CANCEL.search(text) and not _CHANGE.search(text):
        return MeetingDraft(_topic(text, named), None, is_cancelled=True)
    is_known = named or (context.is_pipeline and _THE_MEETING.search(text))
    if is_known and (changed := _CHANGE.search(text)) and not _PAST.search(text):
        # The old place may be named before: 活动中心那天有体检，会改到周日，在架空层.
        place = _place(text[changed.start() :]) or (_place(text) if named else None)
        return MeetingDraft(_topic(text, named), _start(times, changed.start()), place, is_change=True)
    if not times or _PAST.search(text) or not _is_called(text, named):
        return None
    return MeetingDraft(_topic(text, named), _start(times, 0), _place(text))


def _without_times(text: str, times: tuple[TimeSpan, ...]) -> str:
    """Blanks where the times stood, so that a place or a name begins behind them."""
    for found in times:
        text = text[: found.begins] + " " * (found.stops - found.begins) + text[found.stops :]
    return text


def _is_called(text: str, named: re.Match[str] | None) -> bool:
    is_private = bool(_PRIVATE.search(text.replace("会议室", "").replace("物业公司", "")))
    addressed, gathers = bool(_ADDRESS.search(text)), bool(_GATHER.search(text)) or _place(text) is not None
    if named:
        return (gathers or addressed) and not (is_private and not addressed)
    return (
        bool(_HOLD.search(text))
        and not is_private
        and gathers
        and (addressed or "会" in text or bool(_ABOUT.search(text)))
    )


def _start(times: tuple[TimeSpan, ...], after: int) -> datetime | None:
    """The first clock time, the new one where the meeting moves; a bare day gives None."""
    later = [t for t in times if t.begins >= after] or list(times)
    return next((t.start for t in later if isinstance(t.start, datetime)), None)


def _place(text: str) -> str | None:
    for pattern in _PLACES:
        for found in pattern.finditer(text):
            place = re.sub(r"^[到在于来]|(?:开会|召开|举行|集合|开|碰头|开始)$", "", found["place"])
            if place and not re.search(r"[点:：]\d|点半?$|会$|^[也就都还待另再换改定]|一下$", place):
                return place
    return None


def _topic(text: str, named: re.Match[str] | None) -> str:
    about = _ABOUT.search(text)
    subject = about["about"].removesuffix("的") if about else ""
    name = _NAME_STARTS.sub("", named["name"]) if named else ""
    return subject if name in ("", "会议", "大会", "短会") and subject else name or subject or "会议"
