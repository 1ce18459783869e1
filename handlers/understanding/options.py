"""The words by which people name an option of a poll: its text, its letter or number, its place in the list."""

from __future__ import annotations

import re

from handlers.understanding.choices import CIRCLED, STEMS
from handlers.understanding.meaning import OpenPoll
from handlers.understanding.numerals import to_digits

# Said of a poll whatever its options are called …
YES = frozenset("同意 赞成 支持 赞同 没意见 冇意见 没有意见 举双手 举双手赞成".split())
NO = frozenset("不同意 反对 不赞成 不支持 不赞同 坚决反对".split())
# … and only of one that asks whether something is wanted, since 行, 要, 不用了 answer anything.
_WANTED = frozenset("要 需要 要得 愿意 可以 行 好 装 有必要".split())
_UNWANTED = frozenset("不要 不用 不需要 没必要 冇必要 不愿意 不可以 不行 不装".split())
NEITHER = frozenset("弃权 无所谓 随便 都行 都可以".split())

_A_NOT_A = re.compile(r"([\u4e00-\u9fff]{1,2})不\1|([\u4e00-\u9fff])不\2[\u4e00-\u9fff]")
_MEASURED = re.compile(
    r"(?:(?<=第)|(?<=方案))[一二两三四五六七八九十]{1,3}|[一二两三四五六七八九十]{1,3}(?=[点号个块元楼层天次项户])"
)
_ORDINAL = re.compile(
    rf"(?:第|选项|方案)?(?P<digit>\d)(?:号|个|项|种|套|个选项|号方案|套?方案)?|(?P<letter>[a-h])(?:选项|方案|项|"
    rf"号)?|(?:选项|方案)(?P<named>[a-h])|(?P<circle>[{CIRCLED}])|(?P<stem>[{STEMS}])"
)
_FRONT = frozenset("前面 最前 最前一 最前面 头 头个 前者 前面那 左边 上面那 最上面".split())
_MIDDLE = frozenset("中间 中间那 当中 居中".split())
_LAST = frozenset("最后 最后一 最后1 最后那 最后面 后面 后面那 后者 最下面 右边 末尾".split())
_EXTRA = frozenset("色的室点钟门口号那个种款家")  # 淡绿色 is the option 淡绿


def with_digits(text: str) -> str:
    """六点 → 6点, 第三个 → 第3个: the same number is the same text. Only beside a measure word, else 统一 would suffer."""
    return _MEASURED.sub(lambda found: to_digits(found[0]) or found[0], text)


def aliases_of(poll: OpenPoll) -> dict[str, int]:
    """Every word that names one option and no other."""
    plain = [with_digits(option).lower().strip() for option in poll.options]
    aliases: dict[str, int] = {}
    for names in (_cores(plain), plain):  # the whole text of an option outdoes the core of another
        aliases |= {name: i for i, name in enumerate(names) if name and names.count(name) == 1}
    return _poles(poll, plain) | aliases


def position_named(form: str, count: int) -> int | None:
    """B, 第二个, ②, 中间那 → where that option stands, from 0."""
    if form in _FRONT or form in _LAST:
        return 0 if form in _FRONT else count - 1
    if form in _MIDDLE:
        return count // 2 if count % 2 else None
    found = _ORDINAL.fullmatch(form.lower())
    position = _ordinal(found) if found and form else None
    return position if position is not None and 0 <= position < count else None


def _ordinal(found: re.Match[str]) -> int:
    if found["digit"]:
        return int(found["digit"]) - 1
    if found["circle"]:
        return CIRCLED.index(found["circle"])
    return STEMS.index(found["stem"]) if found["stem"] else ord(found["letter"] or found["named"]) - ord("a")


def nearly(form: str, poll: OpenPoll) -> int | None:
    """淡绿色 for 淡绿, 东门 for 装在东门: told apart from every other option."""
    plain = [with_digits(option) for option in poll.options]
    longer = [i for i, option in enumerate(plain) if option in form and set(form.replace(option, "", 1)) <= _EXTRA]
    shorter = [i for i, option in enumerate(plain) if len(form) >= 2 and form in option]
    for found in (longer, shorter):
        if len(found) == 1:
            return found[0]
    return None


def _cores(options: list[str]) -> list[str]:
    """What tells the options apart: 6, 7, 8 of 6点开门, 7点开门, 8点开门. Too short a piece of a word is left out."""
    head, tail = _common(options), _common([option[::-1] for option in options])
    cores = [option[head : len(option) - tail] if head + tail < len(option) else "" for option in options]
    return cores if all(len(core) >= 2 or core.isdigit() for core in cores) else [""] * len(options)


def _common(words: list[str]) -> int:
    count = 0
    for characters in zip(*words, strict=False):
        if len(set(characters)) > 1:
            break
        count += 1
    return count


def _poles(poll: OpenPoll, options: list[str]) -> dict[str, int]:
    yes = [i for i, option in enumerate(options) if option in YES | _WANTED]
    no = [i for i, option in enumerate(options) if option in NO | _UNWANTED]
    neither = [i for i, option in enumerate(options) if option in NEITHER]
    if len(yes) != 1 or len(no) != 1:
        return {}
    poles = dict.fromkeys(YES, yes[0]) | dict.fromkeys(NO, no[0])
    if asked := _A_NOT_A.search(poll.question):  # 装不装: 装 is yes, 不装 is no
        verb = asked[1] or asked[2]
        poles |= {verb: yes[0], f"不{verb}": no[0]}
    if options[yes[0]] == "要":
        poles |= {"需要": yes[0], "不需要": no[0], "不用": no[0], "没必要": no[0]}
    return poles | dict.fromkeys(NEITHER, neither[0]) if neither else poles
