"""What a message gives to choose between: marked options, X还是Y, a list with slashes, or a yes/no question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.understanding.patterns import any_of

EDGES = " \n\t，,。；;：:！!、~～（）()【】[]-—？?"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
STEMS = "甲乙丙丁戊己庚辛"

_MARK = any_of(
    r"(?:选项|方案)?(?<![A-Za-z0-9])(?P<letter>[A-Ha-h])(?![A-Za-z0-9])\s*[.、．:：)）\-—=]?\s*",
    rf"(?P<circle>[{CIRCLED}])\s*[.、:：]?\s*",
    rf"(?:^|(?<=[\s，,。；;：:（(]))(?P<stem>[{STEMS}])(?:[.、．:：)）\-—=\s]\s*|(?=\S{{2}}))",
    r"(?:选项|方案)?(?<![\d.:：-])(?P<digit>[1-9])(?:[.、．:：)）]\s*(?=[^\d\s]|\d+[^\d\s.、]))",
    r"(?:^|(?<=[\s，,。；;：:（(]))(?P<bare>[1-9])\s*(?=[\u4e00-\u9fff])(?![点号块元月日天个人户栋楼层单室年次])",
)
_SORTS = (("letter", "a"), ("circle", CIRCLED[0]), ("stem", STEMS), ("digit", "1"), ("bare", "1"))
_LAST_STOP = re.compile(r"[\s，,。；;！!？?（(]")
_REPLY_WITH = re.compile(
    r"(?P<option>[^，,。；;：:\s\d]{1,8}?)的?(?:就|请|都)?(?:[扣打发按刷填]|回复?)\s*(?P<with>[0-9]|反对|同意|赞成|"
    r"不同意)(?!\d)"
)
_SLASHED = re.compile(r"[^\s/|，,。？?！!：:；;]{1,14}(?:\s*[/|]\s*[^\s/|，,。？?！!：:；;]{1,14})+")
_FIGURE = re.compile(r"[\d.]+[^\d点]{0,2}|\d+.*[月日号].*")
_LISTED = re.compile(r"[^\s，,。？?！!：:；;、在从]{1,12}(?:、[^\s，,。？?！!：:；;、]{1,12})+")
_LISTED_TAIL = re.compile(
    r"(?:这?[两三四五\d]个?)?(?:里面?|中间?|当中|之中)?(?:任?选|挑)\S*$|(?:里面?|中)$|[两三四五]个?选\S*$"
)
_LISTED_HEAD = re.compile(r"^(?:选项)?(?:就|有|是|分别是|为)?(?=\S)")
_NO_OPTION = re.compile(r"截止|投票|大家|谢谢")
_EITHER = re.compile(r"[，,]?\s*还是\s*")
_OR_NOT = re.compile(r"(?P<yes>同意|赞成|支持|需要|愿意|[\u4e00-\u9fff])[，, ]?还是不(?P=yes)")
_NO_JOINT = re.compile(r"^(?:觉得|没|不|要|得|想|有|会|很|太|老|一样|那|可以|算|蛮|挺|谢)")
_VERBS = re.compile(r"选|刷|装|要|用|搞|买|放|想|是|改成|改为|换成|换|定在|定|做|建|设在|设|走|按|在|开|种|请|收")
_UNIT = re.compile(
    r"(?:早上|上午|中午|下午|晚上|周|星期|礼拜|每月|每周)?(?:\d{1,5}|[一二两三四五六日天七八九十]{1,3})(?:点半?|块|"
    r"元|天|号|楼|层|个月|年|次|个|月|台|米)?"
)
_DAYPART = re.compile(r"^(?:早上|上午|中午|下午|晚上|早|晚)(?=\d|[一二两三四五六七八九十]{1,2}点)")
_POLAR = any_of(
    r"同不同意|同意不同意|赞不赞成|支不支持|要不要|需不需要|该不该|应不应该|愿不愿意|有[没无]有?必要",
    r"是否(?:同意|需要|赞成|愿意|应该|应当|有必要|可以)?",
    r"([装换加改建修搞封关拆挪移请买办设留开])不\1",
)
_WEAK_POLAR = re.compile(r"行不行|好不好|可不可以|能不能|同意吗|行吗|如何")
_DEMAND = re.compile(
    r"(?:同意|赞成|支持|愿意)的?(?:请|就|都)?.{0,4}(?:举手|吱|回|接龙|扣|打|签|报)|(?:同意|赞成)(?:还是|或者?|、|和|"
    r"/)?(?:不同意|反对)"
)
_POLES = {"要不要": ("要", "不要"), "赞不赞成": ("赞成", "不赞成"), "支不支持": ("支持", "不支持")}
_AGREEMENT = ("同意", "不同意")


@dataclass(frozen=True)
class Choice:
    """What there is to choose: the options, and the stretch of the text that lists them."""

    options: tuple[str, ...]
    begins: int
    stops: int
    is_listed: bool = True  # marked as options, not said in a sentence
    is_marked: bool = False  # by letters or numbers, the surest sign


def find_choice(text: str, until: int, is_called: bool, is_opened: bool) -> Choice | None:
    """The first reading that fits. `until`: where a deadline begins; `is_called`: the text asks for votes; `is_opened`: it
    says that a poll begins, so that agreement is to be had where nothing else is to choose.
    """
    found = _marked(text, until, is_called) or _replied(text) or _slashed(text, until)
    if found is None and is_called:
        found = _lines(text) or _listed(text, until)
    return found or _or_not(text) or _either(text) or _polar(text, is_called, is_opened)


def is_demand(text: str) -> bool:
    """赞成的扣1: asks for answers."""
    return bool(_DEMAND.search(text))


def _marked(text: str, until: int, is_called: bool) -> Choice | None:
    """A 7点 B 8点 · 1. 7点 2. 8点 · 甲 7点 乙 8点: marks of one sort that count up from the first."""
    marks = _counting_up(list(_MARK.finditer(text)), allow_bare=is_called)
    if len(marks) < 2:
        return None
    stops = [mark.start() for mark in marks[1:]] + [_last_stop(text, marks[-1].end(), until)]
    options = tuple(text[mark.end() : stop].strip(EDGES) for mark, stop in zip(marks, stops, strict=True))
    if not all(0 < len(option) <= 40 for option in options):
        return None
    return Choice(options, marks[0].start(), stops[-1], is_marked=True)


def _counting_up(marks: list[re.Match[str]], allow_bare: bool) -> list[re.Match[str]]:
    for sort, first in _SORTS if allow_bare else _SORTS[:-1]:
        run: list[re.Match[str]] = []
        for mark in (m for m in marks if m[sort]):
            if mark[sort].lower() == _nth(first, len(run)):
                run.append(mark)
        if len(run) >= 2:
            return run
    return []


def _nth(first: str, count: int) -> str:
    if first is STEMS:
        return STEMS[count % len(STEMS)]
    return chr(ord(first) + count)


def _last_stop(text: str, begins: int, until: int) -> int:
    end = until if until > begins else len(text)
    found = _LAST_STOP.search(text, begins + 1, end)
    return found.start() if found else end


def _replied(text: str) -> Choice | None:
    """同意的扣1 反对的扣2."""
    found = list(_REPLY_WITH.finditer(text))
    replies = [hit["with"] for hit in found]
    if replies not in (["1", "2"], ["1", "2", "3"]) and not (len(found) == 2 and not any(r.isdigit() for r in replies)):
        return None
    options = tuple(hit["option"].strip(EDGES).removesuffix("的") for hit in found)
    return Choice(options, found[0].start(), found[-1].end(), is_marked=True)


def _slashed(text: str, until: int) -> Choice | None:
    """围栏漆成什么？墨绿 / 深棕."""
    if "http" in text:
        return None
    for found in _SLASHED.finditer(text[:until]):
        options = tuple(part.strip(EDGES) for part in re.split(r"[/|]", found[0]))
        if all(options) and not all(_FIGURE.fullmatch(option) for option in options):
            return Choice(options, found.start(), found.end())
    return None


def _lines(text: str) -> Choice | None:
    """A heading, then one option a line."""
    heading, _, rest = text.partition("\n")
    options = tuple(line.strip(EDGES) for line in rest.split("\n") if line.strip(EDGES) and not _NO_OPTION.search(line))
    if len(options) < 2 or any(len(option) > 15 for option in options):
        return None
    return Choice(options, len(heading), len(text))


def _listed(text: str, until: int) -> Choice | None:
    """奥的斯、通力、本地品牌: the last list of short pieces."""
    runs = [hit for hit in _LISTED.finditer(text) if hit.start() < until or until < 1]
    if not runs:
        return None
    found = runs[-1]
    pieces = _LISTED_TAIL.sub("", _LISTED_HEAD.sub("", found[0])).split("、")
    options = tuple(piece.strip(EDGES) for piece in pieces if piece.strip(EDGES))
    return Choice(options, found.start(), found.end()) if len(options) >= 2 else None


def _either(text: str) -> Choice | None:
    """晚上九点还是十点还是十一点关灯: the options end where the sentence goes on."""
    joints = [hit for hit in _EITHER.finditer(text) if hit.start() > 0 and hit.end() < len(text)]
    if not joints or _joins_nothing(text, joints[-1]):
        return None
    left, right = text[: joints[0].start()], text[joints[-1].end() :]
    between = [text[a.end() : b.start()] for a, b in zip(joints, joints[1:], strict=False)]
    last = _head_of(right)
    if not last or not left.strip(EDGES):
        return None
    first = _tail_of(left, last)
    options = _alike(tuple(option.strip(EDGES) for option in (first, *between, _same_sort(first, last))))
    if not all(0 < len(option) <= 14 for option in options) or len(set(options)) < len(options):
        return None
    stop = _clause_end(text, joints[-1].end() + len(last))
    return Choice(options, stop, stop, is_listed=False)


def _or_not(text: str) -> Choice | None:
    """要还是不要 · 装还是不装"""
    found = _OR_NOT.search(text)
    if found is None:
        return None
    return Choice((found["yes"], f"不{found['yes']}"), found.end(), found.end(), is_listed=False)


def _joins_nothing(text: str, joint: re.Match[str]) -> bool:
    """还是要…, 还是没…: 还是 means "still", unless what stands before begins alike (要停车位还是要草坪)."""
    right = text[joint.end() :]
    return bool(_NO_JOINT.match(right)) and right[0] not in text[: joint.start()][-12:]


def _alike(options: tuple[str, ...]) -> tuple[str, ...]:
    """早上 of 早上6点 belongs to all of them, so to none."""
    is_shared = not any(_DAYPART.match(option) for option in options[1:])
    return tuple(_DAYPART.sub("", option) or option for option in options) if is_shared else options


def _clause_end(text: str, begins: int) -> int:
    found = re.search(r"[\s，,。；;！!？?]", text[begins:])
    return begins + found.start() if found else len(text)


def _head_of(right: str) -> str:
    return re.split(r"[\s，,。；;！!？?（(]|大家|各位|投票", right.strip(EDGES), maxsplit=1)[0]


def _tail_of(left: str, last: str) -> str:
    """The option that ends `left`: of the same unit as the last, or after its verb, or from the same first character."""
    clause = re.split(r"[\s，,。；;！!？?：:]", left.strip(EDGES))[-1]
    unit, other = list(_UNIT.finditer(clause)), _UNIT.match(last)
    if other and unit and unit[-1].end() == len(clause):
        return clause[unit[-1].start() :]
    if last[:1] in clause:
        return clause[clause.rindex(last[0]) :]
    if told := re.search(r"(?<!还)是(?=\S{1,8}$)", clause):
        return clause[told.end() :]
    verbs = [hit.end() for hit in _VERBS.finditer(clause) if hit.end() < len(clause)]
    return clause[verbs[-1] :] if verbs else clause[-max(2, len(last)) :]


def _same_sort(first: str, last: str) -> str:
    """8点开门 beside 6点 is 8点."""
    unit = _UNIT.match(last)
    if unit and _UNIT.fullmatch(first):
        return unit[0]
    return last.rstrip("呢啊呀咯吧") or last


def _polar(text: str, is_called: bool, is_opened: bool) -> Choice | None:
    """要不要装摄像头: a question that 同意 or 不同意 answers."""
    found = _POLAR.search(text) or (_WEAK_POLAR.search(text) if is_called else None)
    if found is None and not is_opened and not _DEMAND.search(text):
        return None
    options = _POLES.get(found[0], _AGREEMENT) if found else _AGREEMENT
    stop = _clause_end(text, found.end()) if found else len(text)
    return Choice(options, stop, stop, is_listed=False)
