"""Rooms and places to book, as they are called in a chat, and which room of the estate is meant."""

from __future__ import annotations

import re

from handlers.understanding.patterns import any_of

ROOM = any_of(
    r"(?<![\u4e00-\u9fff]小)(?:[大小](?!区|场|间|桌|层|台)|党员|老年|儿童|亲子|[一二三四五\d]号|[一二三四五\d]楼|"
    r"康复|图书|棋牌|乒乓球?|羽毛球|篮球|网球|台球|舞蹈|练舞|排练|会议|议事|活动|阅览|书画|书法|健身|瑜伽|音乐|"
    r"多功能|放映|电影|烘焙|手工|会客|接待|调解|培训|影音|直播|自习|录音|便民|"
    r"理发|桌游|烧烤|钢?琴|茶|架空|共享|广场舞|亲子|运动|唱歌|合唱|练歌|谈心|休息",
    r"活动中心){1,3}(?:[室厅馆场房区角台吧亭坪层间桌]|中心|客厅|厨房)(?:大厅)?",
    r"小广场|礼堂|球[台桌馆场室]|场地|场子|四点半课堂|儿童乐园|阅览室|包间|乒乓球?|羽毛球|台球|教室|这间|大的那间",
    r"小的那间|那间房?|房间|天台|露台|露天剧场|戏台|凉亭|大堂|小屋|那间屋子?|大桌子",
)
# What people go there to do, and the words by which a room for it may be named.
_USES = (
    (r"乒乓|打球|练球|球台|球桌", ("乒乓", "球", "活动")),
    (r"羽毛球", ("羽毛球", "球")),
    (r"篮球", ("篮球", "球")),
    (r"舞蹈|跳舞|练舞|排舞|瑜伽", ("舞蹈", "排练", "瑜伽", "多功能", "活动")),
    (r"排练|合唱|唱歌|彩排", ("排练", "舞蹈", "音乐", "多功能", "活动")),
    (r"会议|开会|议事", ("会议", "议事", "多功能")),
    (r"棋牌|打牌|麻将|下棋", ("棋牌", "活动")),
    (r"看书|阅览|图书|自习|写作业", ("阅览", "图书", "自习")),
    (r"书法|画画|书画", ("书画", "书法", "活动")),
    (r"会客|接待", ("会客", "接待")),
)


def find_room(text: str, rooms: tuple[str, ...]) -> str | None:
    """The estate's room that the text means, else a room as said, else None."""
    for name in sorted(rooms, key=len, reverse=True):
        if name in text:
            return name
    said = ROOM.search(text)
    if said is None:
        return _by_use(text, rooms)
    return _by_part(said[0], rooms) or _by_use(text, rooms) or said[0]


def _by_part(said: str, rooms: tuple[str, ...]) -> str | None:
    """球室 for 乒乓球室; 场地 means the only room that there is."""
    partly = [name for name in rooms if said in name or name in said or len(said) > 2 and said[:2] in name]
    if len(partly) == 1:
        return partly[0]
    return rooms[0] if len(rooms) == 1 and said in ("场地", "场子", "活动室", "房间", "这间", "那间") else None


def _by_use(text: str, rooms: tuple[str, ...]) -> str | None:
    for use, names in _USES:
        if rooms and re.search(use, text):
            return next((room for name in names for room in rooms if name in room), None)
    return None
