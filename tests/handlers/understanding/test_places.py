"""Places in residents' words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.meaning import Place
from handlers.understanding.normal import normalise
from handlers.understanding.places import find_places, merge, places_for

SHORT = {"a": "area", "b": "building", "u": "unit", "f": "floor", "r": "room", "s": "spot"}


def told(text: str) -> str:
    """The first place of a text in short: b12 u3 f5."""
    return brief(merge(find_places(normalise(text))))


def brief(place: Place) -> str:
    said = place.as_dict()
    return " ".join(f"{letter}{said[name]}" for letter, name in SHORT.items() if name in said)


HOUSES = [
    ("12栋3单元电梯不动了", "b12 u3"),
    ("十二栋三单元电梯不动了", "b12 u3"),
    ("１２栋３单元电梯不动了", "b12 u3"),
    ("二十一幢停水", "b21"),
    ("廿二栋停水", "b22"),
    ("12#门口路灯不亮", "b12"),
    ("12#2单元", "b12 u2"),
    ("12幢3门没水", "b12 u3"),
    ("5号楼门禁失灵", "b5"),
    ("五号楼门禁失灵", "b5"),
    ("第3栋一楼大厅漏雨", "b3 f1 s大厅"),
    ("A座大堂玻璃裂了", "bA s大堂"),
    ("b座电梯抖得厉害", "bB"),
    ("A12栋外面堆了沙子", "bA12"),
    ("A3栋消防栓漏水", "bA3"),
    ("3B栋", "b3B"),
    ("3号樓樓道燈壞了", "b3 s楼道"),
    ("B2栋电梯", "bB2"),
    ("2单元门坏了", "u2"),
    ("東門門禁刷不開", "s东门"),
    ("三十栋十五楼", "b30 f15"),
    ("7栋18层消防门关不上", "b7 f18"),
    ("三单元负一楼漏水", "u3 f-1"),
    ("负二层灯全黑", "f-2"),
    ("-1楼全是水", "f-1"),
    ("地下一层有股怪味", "f-1"),
    ("车库B1层很黑", "f-1 s车库"),
    ("B2灯坏了", "f-2"),
    ("14栋102没人", "b14 f1 r102"),
    ("4栋1807改成了宿舍", "b4 f18 r1807"),
    ("9栋2单元1604天花板滴水", "b9 u2 f16 r1604"),
    ("9栋2单元16楼1604天花板滴水", "b9 u2 f16 r1604"),
    ("六栋一单元一二〇四", "b6 u1 f12 r1204"),
    ("六栋一单元五零二", "b6 u1 f5 r502"),
    ("6栋603室", "b6 f6 r603"),
    ("603户装修", "f6 r603"),
    ("6号楼2单元401室的阳台", "b6 u2 f4 r401 s阳台"),
    ("12-3-502漏水", "b12 u3 f5 r502"),
    ("12 - 3 - 502漏水", "b12 u3 f5 r502"),
    ("12－3－502漏水", "b12 u3 f5 r502"),
    ("31-5-829又在砸墙", "b31 u5 f8 r829"),
    ("8-1603地漏反水", "b8 f16 r1603"),
    ("A3-502楼上太吵", "bA3 f5 r502"),
    ("A座-1502", "bA f15 r1502"),
    ("3栋2-301厕所漏", "b3 u2 f3 r301 s厕所"),
    ("13-2楼道灯不亮", "b13 u2 s楼道"),
    ("2-3电梯停了", "b2 u3"),
    ("13-2单元没有水", "b13 u2"),
    ("5楼拐角堆了个沙发", "f5 s拐角"),
    ("C区5栋又有人扔东西", "aC区 b5"),
    ("2期14栋4号电梯停了", "a2期 b14"),
    ("二期的路灯", "a二期"),
    ("8-9栋都停水", "b8"),
    ("8、9栋都停水", "b8"),
    ("8栋和9栋都停水", "b8"),
    ("5栋1、2单元停电", "b5 u1"),
    ("3到5楼没有灯", "f3"),
    ("5楼下水道堵了", "f5"),
    ("3楼长期没有灯", "f3"),
    ("4楼道的灯不亮", "f4"),
    ("1204没有电", "f12 r1204"),
    ("我是803，吊顶在滴水", "f8 r803"),
    ("厨房返水，我家是1603", "f16 r1603 s厨房"),
    ("五座2门3层冒烟", "b5 u2 f3"),
    ("四门三楼感应灯坏了", "u4 f3"),
    ("三楼窗户关不上", "f3"),
    ("7栋电梯停在5楼不动", "b7 f5"),
    ("A座电梯，一到8楼就抖", "bA"),
    ("电梯不来，我爬了十六楼", ""),
    ("不是1栋，是2栋", "b2"),
    ("104满意，3楼又堆起纸箱", "f3"),
    ("18栋电梯停了，里面两个小学生在哭", "b18"),
    ("廿栋廿一楼", "b20 f21"),
]
SPOTS = [
    ("地下车库进水了", "s地下车库"),
    ("地下车库入口有积水", "s地下车库入口"),
    ("东门外面卖烧烤", "s东门"),
    ("小区广场音响太大", "s小区广场"),
    ("9幢架空层有野猫", "b9 s架空层"),
    ("18#和幼儿园之间的草皮", "b18 s幼儿园"),
    ("8栋楼顶的栏杆断了", "b8 s楼顶"),
    ("楼梯间有人抽烟", "s楼梯间"),
    ("花坛里有碎玻璃", "s花坛"),
    ("儿童乐园滑梯裂了", "s儿童乐园"),
    ("门口的快递不见了", ""),
]
NO_PLACES = [
    "28层起步才能看江",
    "这房子一共33层",
    "26号单转给小王",
    "38受理",
    "车位B2-117被占了",
    "B2-117车位上停了辆面包车",
    "车位32号被占",
    "32号车位一直有人乱停",
    "打13812345678找我",
    "电话0731-85551234",
    "7点半开会",
    "下午3点到5点",
    "15号前交",
    "3-5天能好",
    "一个月120-150块",
    "3-2班开家长会",
    "昨晚国安3-1赢了",
    "鞋码37-38",
    "敷一层面膜",
    "玻璃上一层灰",
    "两栋楼都一样",
    "120还堵在路上",
    "叶子上一层油",
    "128办结",
    "一栋八十户",
    "2026新年快乐",
    "整栋楼都在响",
    "哪栋的业主",
    "那一期节目",
    "三座大山",
    "两百块钱",
    "1603路公交",
    "2号线延误",
    "考了102分",
    "6楼顶",
]


@pytest.mark.parametrize(("text", "expected"), HOUSES + SPOTS)
def test_a_place_is_read_as_residents_write_it(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("text", NO_PLACES)
def test_a_number_of_something_else_is_no_place(text: str) -> None:
    assert told(text) == ""


def test_a_floor_derived_from_the_room_is_marked() -> None:
    place = merge(find_places("12-3-1502"))
    assert place.floor == "15"
    assert place.inferred == {"floor"}


def test_a_floor_that_is_said_is_not_marked() -> None:
    assert merge(find_places("12栋5楼502")).inferred == frozenset()


def test_a_list_of_houses_is_several_places() -> None:
    assert [brief(span.place) for span in find_places("8-9栋停水，3栋2、3单元也停了")] == ["b8", "b9", "b3 u2", "b3 u3"]


def test_a_place_knows_where_it_stands() -> None:
    text = "麻烦看看12栋3单元的灯"
    (span,) = find_places(text)
    assert text[span.begins : span.stops] == "12栋3单元"


def test_a_place_told_in_parts_is_one_place() -> None:
    assert told("4楼的灯又不亮了，7栋的") == "b7 f4"
    assert told("7栋的灯昨天才换，今天4楼又灭了") == "b7 f4"


def test_the_first_house_is_the_place_of_a_message() -> None:
    assert told("3栋停电，5栋2单元也停电") == "b3"


def about(text: str, clause: str) -> str:
    begins = text.index(clause)
    return brief(places_for(find_places(text), begins, begins + len(clause)))


@pytest.mark.parametrize(
    ("text", "clause", "expected"),
    [
        ("12栋3单元电梯停了，楼道灯也不亮", "楼道灯也不亮", "b12 u3 s楼道"),
        ("12栋3单元电梯停了，门禁也坏了", "门禁也坏了", "b12 u3"),
        ("12栋电梯停了，东门道闸也坏了", "东门道闸也坏了", "s东门"),
        ("车库水管在漏，灯也不亮", "灯也不亮", "s车库"),
        ("3栋停电，5栋漏水", "5栋漏水", "b5"),
        ("3栋停电，5栋漏水", "3栋停电", "b3"),
        ("12栋1单元没水，2单元没电", "2单元没电", "b12 u2"),
        ("2楼的门修了，但6楼又坏了，8栋", "但6楼又坏了", "b8 f6"),
        ("电梯停了，楼梯间的灯也不亮", "电梯停了", ""),
        ("垃圾没人收，电梯还停了，9栋的", "电梯还停了", "b9"),
        ("9栋502漏水，楼上602装修", "楼上602装修", "b9 f6 r602"),
    ],
)
def test_a_clause_has_its_own_place_or_that_told_for_all(text: str, clause: str, expected: str) -> None:
    assert about(text, clause) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("江城市云溪区桂花路18号翠湖苑6幢2单元1102室", "b6 u2 f11 r1102"),
        ("江城市云溪区桂花路18号金桂大厦1203", "f12 r1203"),
        ("云溪区学府路翠湖苑12-3-502", "b12 u3 f5 r502"),
        ("江城市云溪区柳树镇大塘村106号", ""),
        ("云溪区学府路8号金桂大厦B座15楼", "bB f15"),
        ("江城市云溪区学府路82-11号", "b11"),
        ("江城市云溪区学府路41-43号", ""),
    ],
)
def test_a_postal_address_keeps_the_numbers_of_the_road_apart(text: str, expected: str) -> None:
    assert told(text) == expected


@given(st.text(alphabet="12380A栋幢座号楼单元门层室-#、到和负一二十零B区期路弄的，顶 ", max_size=24))
def test_no_text_breaks_the_reading(text: str) -> None:
    spans = find_places(text)
    assert all(0 <= span.begins < span.stops <= len(text) and span.place for span in spans)
    places_for(spans, 0, len(text) // 2)
    merge(spans)
