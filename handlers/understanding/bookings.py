"""Wishes about rooms: asking for one, giving one back, asking what is free, taking or leaving an offered slot."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.understanding.meaning import BookingWish, Context, TimeSpan
from handlers.understanding.offers import answers_offer
from handlers.understanding.patterns import any_of
from handlers.understanding.rooms import ROOM, find_room

_TRIGGER = re.compile(
    r"约|[订退借占销]|预定|取消|[室厅馆场房间区角亭]|球|场地|排队|空出|有空|空不空|有人|想用|要用|不用|不要|算了|"
    r"不来|归我|给我|我也?要|让给|让出|留|改到|改成|换到|换成|活动|会议|跳舞|排练|候补|架空层|定|舞"
)
# Appointments with others, and talk of things that only share the words.
_ELSEWHERE = any_of(
    r"专家|挂号|美[甲容发]|医院|门诊|疫苗|驾校|科目|酒店|餐厅|饭店|KTV|[电影机车门高铁]票|球票|快递|上门|维修|牙",
    r"体检|洗车|保养|家政|看房|带看",
    r"办证|护照|签证|民宿|公司|单位|学校|[我你]们?校|老板|客户|部门|滴滴|网约|约车|顺风车|约饭|奶茶|火锅|电影院",
    r"外卖|快件|样板|中介|房东|租客|订金|定金",
    r"订奶|报纸|蛋糕|楼盘|首付|贷|户型|客厅|卧室|主卧|阳台|次卧|衣帽间|(?<!共享)厨房|车位|健身卡|约会|相亲",
    r"团购|预售|民政|结婚",
)
_OURS = re.compile(r"社区|便民|小区|架空|活动室|党群|楼下|食堂")
_FAULT = any_of(
    r"坏|漏|不亮|没电|停电|脏|臭|吵|噪|霸占|反锁|锁[了着住]|长期|天天|老是|总是|每次|凭什么|为什么|怎么能|建议|翻新",
    r"谢谢大家|掉了",
    r"能不能(?:装|加|多|修|换|延|早|晚|建|设|弄|搞)|希望|什么时候(?:修|装|建)|白占|占着(?:不|位)|没素质|热死|空调",
)
_CREATE = any_of(
    r"预约(?!了|的|满|过|到)|预[定订](?!了|的)|约(?:一|上|个|下|$|[0-9一二三四五六七八九十明后今周下图])",
    r"[订定](?:一|下|个|上|$)|[订约借](?=\S{2,4}[室厅馆场区角台])",
    r"借(?:用|一下|下)|想[用要约订借]|[我们队]要用|用一下|用[一两二三\d半].{0,2}(?:小时|钟头|个点)|留(?:着|给|一下|"
    r"个|下|$)|占[个一]|抢个|登记一?个|帮.{0,2}登记",
    r"给我(?:们|家)?(?:留|约|订|定|安排)|申请|要[借订约]|(?:帮|给|替)(?:我|老|我们)\S{0,4}(?:约|订|定|留|占|借)",
    r"订明|订后|订周|[办搞]\S{1,6}(?:课|活动|讲座)",
)
_WANTS = re.compile(
    r"(?:我|我们|我家|咱们?|想|要|准备|打算|需要|队)[^，。？?]{0,14}(?:用|借|订|约|定(?!金))|(?:帮|给|替)我|麻烦留|"
    r"留给我|碰头用|开会用"
)
_CANCEL = any_of(
    r"不用(?:了|哒|咯|啦)|用不[上着成](?:了|哒)?|退(?:了|掉|吧|订|一下|$|哒|场|出来|回)|取消",
    r"不[去来打跳看唱练占约订借要](?:了|哒|啦|咯)|撤(?:了|掉|销)",
    r"让出|让给|腾出|放出|放掉|空出来吧|[去来]不(?:成|了)|销(?:掉|了)|放弃|作废|别给我留|不用给我留|不开(?:了|哒)",
    r"给(?:人家|别[个人]|别的\S{1,4})用|请假",
)
_QUERY = any_of(
    r"有空[吗么没不嘛闲的位场档当]?|空[档当]|有位[吗没]|[借订约占]走了?[没吗]|[周天]的?安排$|空不空|空[着吗]|是空的|空位|空场|名额|[有冇](?:没有?|冇)?(?:别)?人(?:订|约|用|占|"
    r"定|预|没|冇|吗|么|在用|家办|$)|有冇人|没人(?:用|订|约)|有(?:没有)?人[用弹打练唱跳在]\S{0,2}[吗没冇么]|剩(?:啥|"
    r"什么|哪)",
    r"有没有(?:人|空|位|时段|场|被)|(?:能|可以|还)(?:约|订|用|借)(?:吗|么|不|没|上)|[能可]不[能可]以?(?:约|订|用|"
    r"借)|还有(?:时段|位[子置]?|场|没|冇|吗|不)",
    r"(?:哪|什么|几)[^，。]{0,10}(?:[能可]以?(?:用|约|订|借)|有空|空[着闲出]|是空)|(?:约|订|排)满|[被占订约](?:了|"
    r"出去)(?:没|冇|吗)|被(?:订|约|占|预)",
    r"约到(?:哪|几)|排到|(?:约|订|用)(?:出去了?|掉了?)|空闲|都?满了吗|场?没人(?:$|吗)|(?:谁|哪个)(?:订|约|用|占|借)",
    r"有剩|剩(?:下)?(?:哪|几|多少)|安排表|排给|查询?(?:一下)?(?=\S{2,6}[室厅馆场区台 ])",
    r"(?:名下|我的?)[^，。]{0,6}预约(?!了|不|取消|作废)|我约的是?|是不是\S{1,6}的$|订出去",
)
_ASKED = re.compile(
    r"[？?]|[吗么没冇不呀]\s*$|哪|谁|多少|几[点天个时]|是不是|有没有|有冇|空不空|什么时候|几点|查|看下|看看|帮我看|"
    r"问|[没冇不]有?[呀啊咯]?(?:[\s，,。]|$)|哪天|啥时候"
)
_MOVE = re.compile(r"(?:换|改|挪|调|推迟|推|移|延)(?:成|到|为|约|至|在|订)")
_WAIT = any_of(
    r"(?:帮|给|[我那也就先请])[^，。]{0,4}排个?队|^排个?队$|排个队|排一?下队|排[上着]?号|候补|空出来[了就给的]",
    r"有空位.{0,4}(?:叫|喊|通知|告诉)我|等位|排候|(?:帮|给|替)我们?[^，。]{0,3}排(?:着|上|起|到|队)|(?:的话|就)我排",
    r"[有冇谁]人?.{0,4}(?:退|不用|取消)了?.{0,6}(?:给|叫|喊|通知|告诉|留)我",
)
_TAKEN_BY_OTHERS = re.compile(r"(?:约|订|占|用|借|定)了|约哒|订哒|有人")
_SUPPOSED = re.compile(r"如果|的话|要是|万一|若|倘")
_ACCEPT = re.compile(
    r"(?:给我(?![说讲看听留约订定安发])|归我|我也?要(?![用约订借投选])|我接|留给我|让给我|我来用|我用)(?:们|家)?(?:了|"
    r"哒|吧|啦|咯|的|$|[，,\s！!。~～]|太好|谢)"
)
_SLOT = re.compile(r"钟头|时段|[那这]个?(?:点|段)|[一两二]个小时|空出|场次|候补|名额|排到")
_GIVEN_UP = r"(?:算了|不用了|不要了|不约了|不排了|不用排了|不用留了|不等了)(?:吧|哒|咯)?"
_DECLINE = re.compile(
    rf"(?:^|[，,\s。]|(?=我))(?:哦|那|好吧|嗯|我们?家?|就|也|还是)*(?:{_GIVEN_UP}|让给别人)(?:$|[，,\s。！!])"
)
_BARE_DECLINE = re.compile(
    rf"(?:哦|好吧|嗯|那|就|也|还是)+{_GIVEN_UP}[。！!~ ]*(?:谢谢.{{0,4}})?|不(?:约|排|等)了[。！! ]*"
)
_NO_BOOKING = re.compile("开门|没空|满|不(?:用|再)?排")  # 要九点才开啊 · 我不排了: nothing is booked yet
_CLOCK = re.compile(r"[点:：时]|刻|半")
_TOLD = re.compile(r"[？?吗么]|开门|关门|几点|怎么|了没|约[了到]|订了|昨|上次|[刚才]用")
_BEGGED = re.compile(r"[行可好]以?[吗么不]|帮我?|给我|麻烦|留一?下")
_DETAIL = re.compile(
    r"[\s，,。的！!~:：/-]|谢谢|约?[\d一两二三四五六七八九十]+个?人|[一两二半\d]+个?(?:半)?(?:小时|钟头|钟)|预约|"
    r"[一两\d]桌"
)


def read_bookings(text: str, times: tuple[TimeSpan, ...], context: Context, now: datetime) -> tuple[BookingWish, ...]:
    """The wishes in the order of the text; none for appointments elsewhere, complaints and talk."""
    if verb := answers_offer(text, context):
        return (BookingWish(verb, None, times),)
    if not _TRIGGER.search(text) or len(text) > 160:
        return ()
    room = find_room(text, context.rooms)
    if _is_elsewhere(text, room, context):
        return ()
    if answer := _answer(text, times, room, context):
        return (answer,)
    if room is None and not _is_clear_without_room(text, times, context):
        return ()
    return _moved(text, times, room) or _plain(text, times, room, context)


def _is_elsewhere(text: str, room: str | None, context: Context) -> bool:
    if _ELSEWHERE.search(text) and room not in context.rooms and not _OURS.search(text):
        return True
    return bool(_FAULT.search(text)) and not (_CANCEL.search(text) or _WANTS.search(text) or _CREATE.search(text))


def _is_clear_without_room(text: str, times: tuple[TimeSpan, ...], context: Context) -> bool:
    """Where the group has just talked of a room, booking words with a time, or with the bot's name, are enough."""
    if re.search(
        r"预约.{0,4}(?:不要|取消|销|退|撤|作废)|撤.{0,4}预约|(?:那场|时段|那个钟).{0,8}(?:不用了|不去了|不来了|放出|让|退|取消|放弃)|取消.{0,6}预约|名下.{0,6}预约|我约的",
        text,
    ):
        return True
    if not (context.is_pipeline or context.mentions_bot):
        return False
    if (
        _MOVE.search(text)
        and times
        and re.search(r"(?:那个|那场|那次|预约|约的|订的).{0,4}(?:改|换|挪|推|提前|调)", text)
    ):
        return True
    has_words = _CREATE.search(text) or _CANCEL.search(text) or _MOVE.search(text) or _QUERY.search(text)
    books = bool(re.search(r"约|[订定借]|留着|取消", text))
    return bool(_WAIT.search(text)) or bool(has_words) and books and (context.mentions_bot or bool(times))


def _answer(text: str, times: tuple[TimeSpan, ...], room: str | None, context: Context) -> BookingWish | None:
    """那一点那场给我 · 归我们了 · 那就不要了: the answer to an offered slot."""
    if _ASKED.search(text) or _WAIT.search(text):
        return None
    is_offer = context.has_offer
    about_slot = is_offer or bool(_SLOT.search(text)) or any(_CLOCK.search(text[t.begins : t.stops]) for t in times)
    if _ACCEPT.search(text) and about_slot and (context.is_pipeline or context.mentions_bot or room):
        return BookingWish("accept", room, times)
    if not (context.is_pipeline or is_offer) or "取消" in text or room and not _NO_BOOKING.search(text):
        return None  # it gives a booking back: see _verbs
    is_decline = _BARE_DECLINE.fullmatch(text.strip()) or _DECLINE.search(text) and (room or times or is_offer)
    about_opening = re.search(r"开门|没空|满", text)  # 要九点才开啊，不去了: names no slot
    return BookingWish("decline", room, () if about_opening else times) if is_decline else None


def _moved(text: str, times: tuple[TimeSpan, ...], room: str | None) -> tuple[BookingWish, ...]:
    """明天的退了，换成周二7点到8点 gives one back and takes another."""
    found = _MOVE.search(text)
    after = tuple(t for t in times if found and t.begins >= found.end())
    if found is None or not after or _ASKED.search(text[: found.start()]):
        return ()
    before = tuple(t for t in times if t.begins < found.start())
    return BookingWish("cancel", room, before), BookingWish("create", room, after)


def _plain(text: str, times: tuple[TimeSpan, ...], room: str | None, context: Context) -> tuple[BookingWish, ...]:
    if (waits := _WAIT.search(text)) and not re.search(r"[吗？?]|[没冇]有?(?:$|\s)", text[waits.start() :]):
        return (BookingWish("create", room, _own_times(text, times), would_wait=True),)
    verbs = _verbs(text, times, room, context)
    return tuple(BookingWish(verb, room, times) for verb in verbs)


def _verbs(text: str, times: tuple[TimeSpan, ...], room: str | None, context: Context) -> tuple[str, ...]:
    asks = _QUERY.search(text)
    if asks and (_ASKED.search(text) or context.mentions_bot):
        wants = re.search(r"空就|有空.{0,3}就|没人.{0,3}就|(?:帮我|给我|那就).{0,2}[订约留占]", text[asks.end() :])
        begs_first = re.search(r"留一?下|给我们?留", text[: asks.start()])
        return ("create",) if begs_first else ("query", "create") if wants else ("query",)
    if _CANCEL.search(text):
        is_own = (
            room in context.rooms
            or times
            or context.mentions_bot
            or re.search(r"[约订留我定退销占]", text)
            or len(text) <= 12
        )
        return ("cancel",) if is_own else ()
    if _TOLD.search(text) and not _BEGGED.search(text):
        return ()
    return ("create",) if _is_wanted(text, times, context) else ()


def _is_wanted(text: str, times: tuple[TimeSpan, ...], context: Context) -> bool:
    is_asked_for = bool(_CREATE.search(text) or times and _WANTS.search(text))
    is_clear = bool(times) or context.mentions_bot or bool(re.search(r"帮我|给我|我想|我要", text))
    return is_asked_for and is_clear or _is_told_to_the_bot(times, context) or _is_only_room_and_time(text, times)


def _is_told_to_the_bot(times: tuple[TimeSpan, ...], context: Context) -> bool:
    """@小件 明天上午9点到11点活动室，我们排练: a room and an hour, said to the bot, want no other word."""
    has_hour = any(isinstance(t.start, datetime) for t in times)
    return has_hour and (context.mentions_bot or context.is_private and context.is_pipeline)


def _is_only_room_and_time(text: str, times: tuple[TimeSpan, ...]) -> bool:
    """周五下午两点到四点，书画室: nothing else is said."""
    if not any(isinstance(t.start, datetime) for t in times):
        return False
    starts, stops = [0, *(t.stops for t in times)], [*(t.begins for t in times), len(text)]
    rest = "".join(text[a:b] for a, b in zip(starts, stops, strict=True))
    return len(_DETAIL.sub("", ROOM.sub("", rest))) <= 3


def _own_times(text: str, times: tuple[TimeSpan, ...]) -> tuple[TimeSpan, ...]:
    """Without those of a clause that tells of somebody else's booking."""
    clauses = [(m.start(), m.end(), m[0]) for m in re.finditer(r"[^\s，,。；;！!？?]+", text)]
    others = [(a, b) for a, b, said in clauses if _TAKEN_BY_OTHERS.search(said) and not _SUPPOSED.search(said)]
    return tuple(t for t in times if not any(a <= t.begins < b for a, b in others))
