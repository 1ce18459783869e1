"""The web chat: its page, what it asks for, and the one way in for everything that is said or pressed."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from bot import intake
from bot.channels import ChannelError
from bot.channels.limiter import Limiter
from bot.channels.web import BadMessage, Speaker, decode, decode_recall
from bot.photos import BadPhoto, draw_anew
from bot.web import cards, feed, lines, people, site
from bot.web.card import Sight
from bot.web.feed import Changes
from bot.web.people import Conversation, Viewer
from handlers.message import Message
from models import photo
from models.cause import Cause
from models.inbox import InboxMessage
from models.pace import Rate
from models.photo import Photo

WAIT_SECONDS, POLL_SECONDS = 25.0, 0.5
# A waiting page holds a thread of the server; those beyond this are answered at once and ask again.
WAITING = threading.BoundedSemaphore(48)
TALKATIVE = Limiter(Rate(60, timedelta(minutes=1)))  # messages of one person
PHOTOS = Limiter(Rate(12, timedelta(minutes=1)))  # photos of one person

blueprint = Blueprint("chat", __name__, url_prefix="/chat")


@blueprint.get("/")
def page() -> Any:
    with site().database.read() as db:
        viewer = people.viewer(db)
        if viewer is None:
            return redirect(url_for("sign_in.ask"), 303)
        face = lines.face(db, viewer.estate.id, viewer.member.id)
        return render_template("chat.html", viewer=viewer, face=face, may_switch=people.may_switch())


@blueprint.get("/conversations")
def conversations() -> Response:
    """Who I am, my conversations with their last lines, and in the demo whom I may be."""
    with site().database.read() as db:
        viewer, now = people.require_viewer(db), site().clock()
        talks = [_talk(Sight(db, viewer, talk, now)) for talk in people.conversations(db, viewer)]
        me = lines.face(db, viewer.estate.id, viewer.member.id)
        everybody = _everybody(db, viewer) if people.may_switch() else []
        desk = url_for("desk.board") if viewer.is_worker else None
        return jsonify(me=me, desk=desk, zone=viewer.estate.timezone, conversations=talks, people=everybody)


def _talk(sight: Sight) -> dict[str, Any]:
    last, _ = feed.page(sight.db, sight.viewer, sight.talk, None, 1)
    group = sight.talk.group
    return {
        "key": sight.talk.key,
        "name": sight.talk.name,
        "headcount": people.headcount(sight.db, group) if group else None,
        "last": _news(sight, last[-1]) if last else None,
    }


def _news(sight: Sight, line: feed.Line) -> dict[str, str]:
    shown = lines.plain(sight, line)
    return {"position": shown["position"], "at": shown["at"], "text": lines.preview(sight, line)}


def _everybody(db: Session, viewer: Viewer) -> list[dict[str, Any]]:
    return [
        lines.face(db, viewer.estate.id, member.id) | {"roles": people.role_name(roles)}
        for member, roles in people.everybody(db, viewer.estate.id)
    ]


@blueprint.get("/<key>/feed")
def read(key: str) -> Response:
    """Lines of a conversation: the last page, the page `before` a position, or what is new `after` one.

    With `after` and the `mark` of the last answer it waits until something has changed, for up to 25 s.
    """
    before, after = _position("before"), _position("after")
    if before is not None or after is None:
        return _page(key, before)
    if not WAITING.acquire(blocking=False):
        return _news_since(key, after)
    try:
        return _wait(key, after, request.args.get("mark", ""))
    finally:
        WAITING.release()


def _position(name: str) -> int | None:
    given = request.args.get(name)
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 19:
        abort(400)
    return min(int(given), feed.LAST_POSITION)


def _page(key: str, before: int | None) -> Response:
    with site().database.read() as db:
        sight = _sight(db, key)
        shown, has_more = feed.page(db, sight.viewer, sight.talk, before)
        plain = [lines.plain(sight, line) for line in shown]
        carried = dict.fromkeys(key for line in plain for key in line["cards"])
        built = (cards.build(sight, key) for key in carried)
        return jsonify(
            me=str(sight.viewer.member.id),
            now=sight.now.isoformat(),
            items=plain,
            cards=[asdict(card) for card in built if card],
            has_more=has_more,
            **_known(sight),
        )


def _known(sight: Sight) -> dict[str, str]:
    """Where the next question begins, and the mark of what the page then knows already."""
    cursor = feed.position_at(sight.now)
    known = feed.changes(sight.db, sight.viewer, _talks(sight), cursor - feed.OVERLAP_SPAN)
    return {"cursor": str(cursor), "mark": known.mark}


def _talks(sight: Sight) -> tuple[Conversation, ...]:
    return people.conversations(sight.db, sight.viewer)


def _sight(db: Session, key: str) -> Sight:
    viewer = people.require_viewer(db)
    return Sight(db, viewer, people.conversation(db, viewer, key), site().clock())


def _wait(key: str, after: int, mark: str) -> Response:
    end = time.monotonic() + float(current_app.config.get("FEED_SECONDS", WAIT_SECONDS))
    while not _is_new(key, after, mark) and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    return _news_since(key, after)


def _is_new(key: str, after: int, mark: str) -> bool:
    with site().database.read() as db:
        sight = _sight(db, key)
        return feed.changes(db, sight.viewer, _talks(sight), after - feed.OVERLAP_SPAN).mark != mark


def _news_since(key: str, after: int) -> Response:
    with site().database.read() as db:
        sight = _sight(db, key)
        new = feed.changes(db, sight.viewer, _talks(sight), after - feed.OVERLAP_SPAN)
        items = [lines.plain(sight, line) for line in _lines_here(sight, new)]
        return jsonify(
            me=str(sight.viewer.member.id),
            now=sight.now.isoformat(),
            items=items,
            cards=_changed_cards(sight, new, items),
            news=_news_of_all(sight, new),
            **_known(sight),
        )


def _lines_here(sight: Sight, new: Changes) -> list[feed.Line]:
    every = [*new.lines, *(feed.line_of(row) for row in new.recalled)]
    unique = {line.key: line for line in every if feed.conversation_of(line) == sight.talk.key}
    return sorted(unique.values(), key=lambda line: line.position)


def _changed_cards(sight: Sight, new: Changes, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    carried = dict.fromkeys(key for line in items for key in line["cards"])
    others = (key for key in cards.changed_keys(new.audits) if key not in carried)
    built = [cards.build(sight, key) for key in carried] + [cards.build_changed(sight, key) for key in others]
    return [asdict(card) for card in built if card]


def _news_of_all(sight: Sight, new: Changes) -> dict[str, dict[str, str]]:
    return {feed.conversation_of(line): _news(sight, line) for line in new.lines}


@blueprint.post("/<key>/messages")
def say(key: str) -> Any:
    """Takes in one message of whoever the session is: `{"id", "kind", "text", "photo", "quote", "as"}`."""
    body = _body()
    with site().database.read() as db:
        sight = _sight(db, key)
        _require_same_person(body, sight.viewer)
        quoted = lines.quoted(sight, body.get("quote"))
        message = decode(body, _speaker(sight), quoted, sight.now, _photo_id(sight, body))
    return _take(message, sight.viewer)


@blueprint.post("/<key>/photos")
def upload(key: str) -> Response:
    """Keeps a photo, sent as it is, and gives the name by which the next message sends it: `{"photo"}`."""
    with site().database.read() as db:
        viewer = _sight(db, key).viewer
    PHOTOS.take(f"{viewer.estate.id}:{viewer.address}")
    picture = draw_anew(request.get_data())
    with site().database.write() as db:
        cause = Cause(viewer.estate.id, site().clock(), viewer.member.id)
        photo.sweep(db, cause)
        kept = photo.keep(db, cause, picture)
        return jsonify(photo=kept.sha256)


@blueprint.get("/<key>/photos/<line>")
def show_photo(key: str, line: str) -> Response:
    """The photo of a line of this conversation."""
    with site().database.read() as db:
        sight = _sight(db, key)
        said = lines.find(sight, line)
        if not isinstance(said, InboxMessage) or said.recalled_at or said.photo_id is None:
            abort(404)
        return as_jpeg(photo.get(db, said.estate_id, said.photo_id))


def as_jpeg(kept: Photo | None) -> Response:
    """A photo for whoever may see it, and for his browser alone to keep."""
    if kept is None:
        abort(404)
    headers = {"Cache-Control": "private, max-age=86400", "Content-Disposition": "inline; filename=photo.jpg"}
    return Response(kept.jpeg, mimetype="image/jpeg", headers=headers)


def _photo_id(sight: Sight, body: Mapping[str, Any]) -> int | None:
    """The kept photo that a message names."""
    named = body.get("photo")
    if body.get("kind") != "image" or not isinstance(named, str):
        return None
    kept = photo.find(sight.db, sight.viewer.estate.id, named)
    if kept is None:
        raise BadMessage("照片没传上来，请再发一次")
    return kept.id


@blueprint.post("/<key>/recall")
def take_back(key: str) -> Any:
    """Takes back one of one's own messages, within two minutes: `{"id", "line", "as"}`."""
    body = _body()
    with site().database.read() as db:
        sight = _sight(db, key)
        _require_same_person(body, sight.viewer)
        said = lines.find(sight, body.get("line"))
        if not isinstance(said, InboxMessage) or not sight.is_mine(said.member_id):
            abort(404)
        if sight.now > said.at + lines.RECALL_WITHIN:
            raise BadMessage("超过两分钟，不能撤回了")
        message = decode_recall(body, _speaker(sight), said.external_id, sight.now)
    return _take(message, sight.viewer)


@blueprint.post("/person")
def be() -> Response:
    """In the demo: from now on I am somebody else, `{"member"}`."""
    given = str(_body().get("member", ""))
    if not given.isascii() or not given.isdigit() or len(given) > 18 + 1:
        abort(404)
    with site().database.read() as db:
        people.require_viewer(db)
        people.switch(db, min(int(given), feed.LAST_POSITION))
    return jsonify(ok=True)


def _take(message: Message, viewer: Viewer) -> Response:
    TALKATIVE.take(f"{viewer.estate.id}:{message.sender}")
    receipt = intake.take(site().database, message, site().clock(), viewer.estate.id)
    return jsonify(id=f"i{receipt.inbox_id}", is_repeat=receipt.is_repeat)


def _body() -> Mapping[str, Any]:
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets, thousands deep
        body = None
    if not isinstance(body, dict):
        raise BadMessage("没看懂这条消息")
    return body


def _require_same_person(body: Mapping[str, Any], viewer: Viewer) -> None:
    """The page says who it thinks it is: in another tab the person may have been switched. No authority comes of it."""
    if body.get("as") not in (None, str(viewer.member.id)):
        abort(409)


def _speaker(sight: Sight) -> Speaker:
    group = sight.talk.group
    return Speaker(sight.viewer.address, sight.viewer.member.name, group.address if group else None)


@blueprint.errorhandler(BadMessage)
@blueprint.errorhandler(BadPhoto)
def _refuse(error: BadMessage | BadPhoto) -> Any:
    return jsonify(error=str(error)), 400


@blueprint.errorhandler(ChannelError)
def _slow_down(_error: ChannelError) -> Any:
    return jsonify(error="说得太快了，歇一会儿再发"), 429
