"""The web chat as a browser meets it, by HTTP: who may see, who speaks, what is shown, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.web.feed import position_at
from bot.web.lines import initial
from models import outbox, setup
from models.inbox import InboxMessage
from models.member import Member
from models.setup import EstatePlan, MemberPlan
from tests.bot.web.world import Arrive, Visitor, World, sign_in_of, visit
from tests.clock import NOW

# Who may come in, and who may see what.


def test_a_visitor_without_a_session_is_led_to_the_sign_in(world: World) -> None:
    answer = world.app.test_client().get("/chat/")

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


def test_a_visitor_without_a_session_reads_nothing(world: World) -> None:
    answer = Visitor(world.app.test_client(), "nobody").get("conversations")

    assert answer.status_code == 401
    assert "登录" in answer.json["error"]


def test_a_resident_sees_the_group_of_his_building_and_the_bot(arrive: Arrive) -> None:
    assert list(arrive("alice").talks()) == ["5栋的邻居", "小件"]


def test_a_worker_sees_all_groups_of_the_estate(arrive: Arrive) -> None:
    assert list(arrive("grid").talks()) == ["5栋的邻居", "8栋的邻居", "小件"]


def test_a_resident_cannot_read_or_write_in_another_building_s_group(arrive: Arrive) -> None:
    strange = arrive("charlie").talks()["8栋的邻居"]
    alice = arrive("alice")

    assert alice.get(f"{strange}/feed").status_code == 404
    assert alice.say(strange, "大家好").status_code == 404


def test_a_member_whom_the_web_channel_does_not_know_is_not_let_in(arrive: Arrive) -> None:
    assert arrive("remote").get("conversations").status_code == 401


def test_an_address_that_leads_to_another_estate_lets_nobody_in(world: World) -> None:
    with world.database.write() as db:
        twin = setup.install(db, EstatePlan("对岸", grid="二", members=(MemberPlan("alice", "对岸的艾"),)), NOW)
        stranger = db.scalars(select(Member).filter_by(estate_id=twin.id)).one()
    client = world.app.test_client()
    with client.session_transaction() as browser:
        browser["estate"], browser["member"] = twin.id, stranger.id
        browser["sign_in"] = sign_in_of(world, stranger)

    assert Visitor(client, "twin").get("conversations").status_code == 401


def test_the_headcount_counts_who_lives_there_and_who_works_for_them(arrive: Arrive) -> None:
    talks = arrive("alice").get("conversations").json["conversations"]

    assert talks[0]["headcount"] == 4  # three members of building 5 and the grid worker


# Speaking.


def test_what_one_says_the_other_reads_with_name_and_face(arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]

    assert alice.say(talk, "今天的桂花好香").status_code == 200

    heard = bob.lines(talk)[0]
    assert (heard["text"], heard["is_own"], heard["client"]) == ("今天的桂花好香", False, None)
    assert (heard["who"]["name"], heard["who"]["initial"], heard["who"]["role"]) == ("5-1-301 老艾", "艾", "")


def test_the_sender_is_the_session_s_member_whatever_the_body_says(arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]

    alice.say(talk, "我是谁", sender="bob", member="bob", sender_name="鲍姐")

    assert bob.lines(talk)[0]["who"]["name"] == "5-1-301 老艾"


def test_a_page_that_thinks_it_is_somebody_else_is_refused(arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]

    assert alice.say(talk, "大家好", **{"as": "12345"}).status_code == 409
    assert alice.lines(talk) == []


def test_a_message_sent_again_with_the_same_id_is_one_message(arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]

    first = alice.say(talk, "有人捡到钥匙吗", id="resend-0001").json
    second = alice.say(talk, "有人捡到钥匙吗", id="resend-0001").json

    assert (first["is_repeat"], second["is_repeat"], first["id"]) == (False, True, second["id"])
    assert [line["client"] for line in alice.lines(talk)] == ["resend-0001"]


def test_two_people_may_use_the_same_browser_made_id(arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]

    alice.say(talk, "早", id="same-id-01")
    bob.say(talk, "早上好", id="same-id-01")

    assert [line["text"] for line in alice.lines(talk)] == ["早", "早上好"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "   "}, 400),
        ({"text": "长" * 2001}, 400),
        ({"text": 5}, 400),
        ({"id": "short"}, 400),
        ({"id": "../../etc/passwd"}, 400),
        ({"id": None}, 400),
        ({"kind": "recall"}, 400),
        ({"kind": ["text"]}, 400),
        ({"text": "很" * 300_000}, 413),
    ],
)
def test_what_is_no_message_is_refused_in_plain_words(arrive: Arrive, body: dict[str, Any], status: int) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]

    answer = alice.say(talk, **({"text": "早"} | body))

    assert answer.status_code == status
    assert any("\u4e00" <= character <= "\u9fff" for character in answer.json["error"])
    assert alice.lines(talk) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 40_000])
def test_a_body_that_is_no_object_is_refused(arrive: Arrive, body: bytes) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    headers = {"X-CSRF": "token", "Content-Type": "application/json"}

    assert alice.client.post(f"/chat/{talk}/messages", data=body, headers=headers).status_code == 400


@pytest.mark.parametrize("text", ["\u200b\u200d", "\ufeff", "\u3164", "\u2800 \u2800", "\u202e\u2066", "\U000e0041"])
def test_a_text_of_which_nothing_can_be_seen_is_refused(arrive: Arrive, text: str) -> None:
    alice = arrive("alice")

    assert alice.say("bot", text).status_code == 400


def test_marks_that_turn_the_direction_of_writing_are_dropped_from_a_text(arrive: Arrive) -> None:
    alice = arrive("alice")

    alice.say("bot", "\u202e您好\u2066\u2069")

    assert alice.lines("bot")[0]["text"] == "您好"


def test_control_characters_and_broken_pairs_are_dropped_from_a_text(arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]

    assert alice.say(talk, "好\x00的\ud83d吧\n第二行").status_code == 200

    assert alice.lines(talk)[0]["text"] == "好的吧\n第二行"


def test_who_talks_too_fast_is_asked_to_rest(arrive: Arrive) -> None:
    bob = arrive("bob")
    talk = bob.talks()["5栋的邻居"]

    answers = [bob.say(talk, "早", id="the-same-one").status_code for _ in range(61)]

    assert answers == [200] * 60 + [429]


def test_a_photo_is_a_placeholder_and_a_transcription_says_that_it_is_one(arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]

    alice.say(talk, "", kind="image")
    alice.say(talk, "楼下的花开了", kind="voice")

    assert [(line["kind"], line["text"]) for line in alice.lines(talk)] == [
        ("image", "[图片]"),
        ("voice", "楼下的花开了"),
    ]


def test_a_word_to_the_bot_alone_is_seen_by_nobody_else(arrive: Arrive) -> None:
    alice = arrive("alice")

    alice.say("bot", "悄悄问一句")

    assert [line["text"] for line in alice.lines("bot") if line["is_own"]] == ["悄悄问一句"]
    assert arrive("bob").lines("bot") == []
    assert arrive("grid").lines("bot") == []


# Quoting and recalling.


def test_a_quote_is_shown_with_name_and_words(arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    said = alice.say(talk, "谁有螺丝刀").json["id"]

    bob.say(talk, "我有", quote=said)

    assert bob.lines(talk)[-1]["quote"] == {"name": "5-1-301 老艾", "text": "谁有螺丝刀"}


def test_a_quote_of_the_bot_s_answer_stands_for_what_it_answered(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "在吗")
    world.tell("alice", outbox.say("poll.none"))

    alice.say(talk, "好", quote=next(line["id"] for line in alice.lines(talk) if line["who"]["id"] == "bot"))

    assert alice.lines(talk)[-1]["quote"] == {"name": "5-1-301 老艾", "text": "在吗"}


def test_a_quote_with_digits_behind_the_line_s_number_is_none_and_the_page_lives_on(
    world: World, arrive: Arrive
) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    world.tell("alice", outbox.say("poll.none"))
    notice = alice.lines(talk)[-1]["id"]

    for quote in (notice + "9" * 30, notice[:1] + notice[1:].zfill(4000), "o" + "9" * 19):
        assert alice.say(talk, "好的", quote=quote).status_code == 200

    assert [line["quote"] for line in alice.lines(talk)[1:]] == [None, None, None]
    assert alice.get("conversations").status_code == 200


def test_a_quote_that_points_beyond_all_numbers_does_not_take_the_page_away(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "好的")
    with world.database.write() as db:
        db.scalars(select(InboxMessage)).one().quote = "o" + "9" * 49

    assert alice.lines(talk)[0]["quote"] is None


def test_a_line_of_another_conversation_cannot_be_quoted(arrive: Arrive) -> None:
    charlie, alice = arrive("charlie"), arrive("alice")
    secret = charlie.say(charlie.talks()["8栋的邻居"], "这是8栋的事").json["id"]
    talk = alice.talks()["5栋的邻居"]

    alice.say(talk, "偷看一下", quote=secret)

    assert alice.lines(talk)[0]["quote"] is None


def test_a_recalled_message_leaves_a_line_without_words(arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    said = alice.say(talk, "说错了的话").json["id"]

    assert alice.post(f"{talk}/recall", id="recall-0001", line=said).status_code == 200

    left = bob.lines(talk)
    assert [(line["is_recalled"], line["text"]) for line in left] == [(True, "")]
    assert "说错了的话" not in bob.get(f"{talk}/feed").text + bob.get("conversations").text


def test_nobody_recalls_what_another_said(arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    said = alice.say(talk, "这话我说的").json["id"]

    assert bob.post(f"{talk}/recall", id="recall-0001", line=said).status_code == 404
    assert bob.lines(talk)[0]["text"] == "这话我说的"


def test_after_two_minutes_nothing_is_recalled(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    said = alice.say(talk, "早").json["id"]
    world.clock.pass_by(minutes=2, seconds=1)

    answer = alice.post(f"{talk}/recall", id="recall-0001", line=said)

    assert (answer.status_code, answer.json["error"]) == (400, "超过两分钟，不能撤回了")


# The feed.


def test_a_feed_gives_what_is_new_since_the_last_answer(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    known = alice.get(f"{talk}/feed").json
    world.clock.pass_by(seconds=5)

    bob.say(talk, "新来的一句")

    news = alice.get(f"{talk}/feed", after=known["cursor"], mark=known["mark"]).json
    assert [line["text"] for line in news["items"]] == ["新来的一句"]
    assert news["mark"] != known["mark"]


def test_a_feed_in_which_nothing_changed_keeps_its_mark(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "早")
    known = alice.get(f"{talk}/feed").json
    world.clock.pass_by(seconds=5)

    again = alice.get(f"{talk}/feed", after=known["cursor"], mark=known["mark"]).json

    assert again["mark"] == known["mark"]


def test_a_row_that_is_committed_late_is_still_found(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    known = alice.get(f"{talk}/feed").json

    # Another process gave it its id ten seconds ago, and only now was its turn to commit.
    began_at = world.clock.now - timedelta(seconds=10)
    with world.database.write() as db:
        cause = world.cause(db, "bob")
        row = {"estate_id": cause.estate_id, "member_id": cause.member_id, "group_id": cause.group_id, "at": began_at}
        late = {"id": position_at(began_at), "external_id": "late-one", "text": "排队排了十秒", "kind": "text"}
        db.add(InboxMessage(channel="web", account="web", intents=[], reading={}, **row, **late))

    news = alice.get(f"{talk}/feed", after=known["cursor"], mark=known["mark"]).json
    assert [line["text"] for line in news["items"]] == ["排队排了十秒"]


def test_a_feed_tells_of_a_recall_of_an_earlier_message(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    talk = alice.talks()["5栋的邻居"]
    said = alice.say(talk, "哎呀发错群").json["id"]
    world.clock.pass_by(seconds=100)
    known = bob.get(f"{talk}/feed").json

    alice.post(f"{talk}/recall", id="recall-0001", line=said)

    news = bob.get(f"{talk}/feed", after=known["cursor"], mark=known["mark"]).json
    assert [(line["id"], line["is_recalled"]) for line in news["items"]] == [(said, True)]


def test_a_feed_names_the_other_conversations_that_have_news(world: World, arrive: Arrive) -> None:
    grid, alice = arrive("grid"), arrive("alice")
    talks = grid.talks()
    known = grid.get(f"{talks['8栋的邻居']}/feed").json
    world.clock.pass_by(seconds=5)

    alice.say(talks["5栋的邻居"], "葛师傅在吗")

    news = grid.get(f"{talks['8栋的邻居']}/feed", after=known["cursor"], mark=known["mark"]).json
    assert news["items"] == []
    assert news["news"][talks["5栋的邻居"]]["text"] == "5-1-301 老艾：葛师傅在吗"


def test_earlier_lines_come_by_pages_without_gaps_or_repeats(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    for number in range(45):
        world.clock.pass_by(seconds=90)
        alice.say(talk, f"第 {number} 句")

    last = alice.get(f"{talk}/feed").json
    earlier = alice.get(f"{talk}/feed", before=int(last["items"][0]["position"])).json

    told = [line["text"] for line in earlier["items"] + last["items"]]
    assert told == [f"第 {number} 句" for number in range(45)]
    assert (last["has_more"], earlier["has_more"]) == (True, False)


def test_the_bot_s_message_stands_where_it_was_sent_not_where_it_was_written(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "第一句")
    with world.database.write() as db:
        outbox.reply(db, world.cause(db, "alice"), outbox.say("poll.none"))
    world.clock.pass_by(minutes=1)
    alice.say(talk, "第二句")
    world.clock.pass_by(minutes=1)

    before = [line["text"] for line in alice.lines(talk)]
    world.deliver()

    assert before == ["第一句", "第二句"]
    assert [line["who"]["id"] == "bot" for line in alice.lines(talk)] == [False, False, True]


def test_a_message_of_the_bot_s_that_cannot_be_rendered_does_not_take_the_page_away(
    world: World, arrive: Arrive
) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]
    alice.say(talk, "早")
    world.tell("alice", outbox.say("nothing.of_the_kind"))

    assert [line["text"] for line in alice.lines(talk)] == ["早", "（这条消息显示不出来）"]


@pytest.mark.parametrize("query", [{"after": "x"}, {"before": "-1"}, {"after": "9" * 30}, {"before": "１２"}])
def test_a_position_that_is_none_is_refused(arrive: Arrive, query: dict[str, str]) -> None:
    alice = arrive("alice")

    assert alice.get(f"{alice.talks()['5栋的邻居']}/feed", **query).status_code == 400


@pytest.mark.parametrize("after", [0, 2**63 - 1, 10**19 - 1])
def test_positions_at_the_ends_of_time_are_answered(arrive: Arrive, after: int) -> None:
    alice = arrive("alice")

    assert alice.get(f"{alice.talks()['5栋的邻居']}/feed", after=after).status_code == 200


# Being somebody else, which only the demo allows.


def test_in_the_demo_one_browser_may_be_one_person_after_the_other(demo: World) -> None:
    host = visit(demo, "grid")
    alice = next(who for who in host.get("conversations").json["people"] if who["name"].endswith("老艾"))

    assert host.post("person", member=alice["id"]).status_code == 200

    assert host.get("conversations").json["me"]["name"] == "5-1-301 老艾"
    assert list(host.talks()) == ["5栋的邻居", "小件"]


def test_outside_the_demo_a_cookie_without_a_sign_in_lets_nobody_in(world: World, arrive: Arrive) -> None:
    alice, bob = arrive("alice"), arrive("bob")
    with bob.client.session_transaction() as browser:
        others = browser["sign_in"]
    for sign_in in (None, others):
        with alice.client.session_transaction() as browser:
            browser["sign_in"] = sign_in

        assert alice.get("conversations").status_code == 401
        assert alice.say("bot", "在吗").status_code == 401


def test_outside_the_demo_nobody_becomes_somebody_else(world: World, arrive: Arrive) -> None:
    alice = arrive("alice")
    with world.database.read() as db:
        worker = str(world.member(db, "grid").id)

    assert alice.post("person", member=worker).status_code == 403
    assert alice.get("conversations").json["people"] == []
    assert alice.get("conversations").json["me"]["name"] == "5-1-301 老艾"


def test_in_the_demo_nobody_switches_without_having_signed_in(demo: World) -> None:
    stranger = visit(demo, "alice")
    with stranger.client.session_transaction() as browser:
        del browser["member"]
    with demo.database.read() as db:
        worker = str(demo.member(db, "grid").id)

    assert stranger.post("person", member=worker).status_code == 401


def test_in_the_demo_nobody_switches_from_another_machine(demo: World) -> None:
    host = visit(demo, "grid")
    elsewhere = {"REMOTE_ADDR": "192.168.1.20"}

    answer = host.client.post("/chat/person", json={"member": "1"}, headers={"X-CSRF": "token"}, environ_base=elsewhere)

    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["jianjian.example", "localhost.example:8000", "127.0.0.1.example"])
def test_in_the_demo_nobody_switches_through_a_tunnel_that_has_a_name_of_its_own(demo: World, name: str) -> None:
    client = demo.app.test_client()
    with demo.database.read() as db, client.session_transaction(base_url=f"http://{name}") as browser:
        alice, bob = demo.member(db, "alice"), demo.member(db, "bob")
        browser["estate"], browser["member"], browser["csrf"] = alice.estate_id, alice.id, "token"
    address = {"base_url": f"http://{name}", "headers": {"X-CSRF": "token"}}

    assert client.get("/chat/conversations", **address).json["people"] == []
    assert client.post("/chat/person", json={"member": str(bob.id)}, **address).status_code == 403


@pytest.mark.parametrize("member", ["", "abc", "1", "９", "9" * 40, None])
def test_in_the_demo_nobody_becomes_somebody_unknown(demo: World, member: str | None) -> None:
    assert visit(demo, "grid").post("person", member=member).status_code == 404


# The page and its guards.


@pytest.mark.parametrize("path", ["messages", "recall"])
def test_nothing_is_taken_without_the_session_s_token(arrive: Arrive, path: str) -> None:
    alice = arrive("alice")
    talk = alice.talks()["5栋的邻居"]

    for forged in ("", "wrong", "令牌".encode().decode("latin-1")):
        assert alice.post(f"{talk}/{path}", csrf=forged, id="without-token", text="早").status_code == 400
    assert alice.lines(talk) == []


def test_every_answer_carries_the_guarding_headers(arrive: Arrive) -> None:
    for answer in (arrive("alice").client.get("/chat/"), arrive("alice").client.get("/nowhere")):
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_holds_the_session_s_token_is_kept_nowhere(arrive: Arrive) -> None:
    answer = arrive("alice").client.get("/static/no-such-file")

    assert 'name="csrf"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_log_of_an_unforeseen_error_repeats_nothing_of_the_address(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("something unforeseen")

    monkeypatch.setattr("models.sign_in.is_good", fail)

    assert world.app.test_client().get("/sign-in/a-secret%0aERROR").status_code == 500
    assert "sign_in.look" in caplog.text
    assert "a-secret" not in caplog.text


def test_the_session_cookie_is_hidden_from_scripts_and_from_other_sites(arrive: Arrive) -> None:
    client = arrive("alice").client
    with client.session_transaction() as browser:
        del browser["csrf"]

    cookie = client.get("/chat/").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_page_holds_no_script_and_no_style_of_its_own(arrive: Arrive) -> None:
    page = arrive("alice").client.get("/chat/").text

    assert page.count("<script") == page.count("<script src=")
    assert "style=" not in page
    assert " onclick" not in page


def test_a_name_with_markup_in_it_stays_text_in_the_page(demo: World) -> None:
    with demo.database.write() as db:
        demo.member(db, "alice").name = "<img src=x onerror=alert(1)>"

    page = visit(demo, "alice").client.get("/chat/").text

    assert "<img" not in page
    assert "&lt;img" in page


def test_the_first_page_is_small_enough_for_a_slow_line(arrive: Arrive) -> None:
    client = arrive("alice").client
    paths = ["/chat/", *(f"/static/{name}" for name in ("tokens.css", "chat.css", "chat.js", "icons.svg"))]

    total_bytes = 0
    for path in paths:
        with client.get(path) as answer:
            total_bytes += len(answer.data)

    assert total_bytes < 150_000


def test_errors_are_told_in_plain_chinese(arrive: Arrive) -> None:
    answer = arrive("alice").client.get("/nowhere")

    assert answer.status_code == 404
    assert "没找到" in answer.text


def test_the_health_page_answers_once_messages_can_be_taken(world: World) -> None:
    assert world.app.test_client().get("/healthz").json == {"ok": True}


@pytest.mark.parametrize(
    ("name", "shown"),
    [("12-3-502 老李", "李"), ("网格员 小许", "许"), ("Tina", "T"), ("彭工 3-1801", "彭"), ("老", "老"), ("9-2", "9")],
)
def test_a_face_shows_the_character_that_tells_people_apart(name: str, shown: str) -> None:
    assert initial(name) == shown
