"""The web front: blueprints, sessions, the CSRF check, security headers and error pages."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from bot.photos import MOST_BYTES
from bot.web import EXTENSION, Site, chat, desk, real_now, sign_in, site

if TYPE_CHECKING:
    from config.settings import Settings
    from models.database import Database

MAX_BODY_BYTES = 256 * 1024
WITH_PHOTOS = ("chat.upload", "desk.act")  # endpoints that take a photo
SESSION_LASTS = timedelta(days=30)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# What people read when something is wrong: what happened, and what to do.
ERRORS = {
    400: ("没看懂这个请求", "请返回上一页，刷新后再试一次。"),
    401: ("请先登录", "请用发给您的登录链接打开；链接用过或过期了，请找社区工作人员再要一个。"),
    403: ("这里不能进", "您的身份没有这项权限。如果觉得不对，请联系社区工作人员。"),
    404: ("没找到", "这一页不存在，或者已经删除了。"),
    405: ("不能这样打开", "请返回上一页，从按钮进入。"),
    409: ("刚才有变化", "请刷新页面后再试一次。"),
    413: ("内容太大了", "请少写一点，分几次发。"),
    429: ("太快了", "请歇一会儿再试。"),
    500: ("出了点问题", "已经记下来了。请稍后再试；一直这样请告诉社区工作人员。"),
    503: ("正在忙", "请过几秒再试，您写的内容没有丢。"),
}


def create_app(
    database: Database,
    settings: Settings,
    callbacks: tuple[Blueprint, ...] = (),
    clock: Callable[[], datetime] = real_now,
) -> Flask:
    """The Flask application.

    `callbacks` are the channels' own blueprints: they authenticate each request themselves, so no CSRF token is asked.
    """
    app = Flask(__name__)
    app.secret_key = settings.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="jianjian",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        # Else each answer sends the cookie as its request had it, and one that waited for news undoes a change since.
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        WITHOUT_CSRF=frozenset(blueprint.name for blueprint in callbacks),
    )
    app.extensions[EXTENSION] = Site(database, settings, clock)
    app.before_request(_allow_photos)
    app.before_request(_require_csrf)
    app.after_request(_secure)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(Exception, _explain_unexpected)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.add_url_rule("/", "root", lambda: redirect(url_for("chat.page")))
    app.add_url_rule("/healthz", "healthz", _healthz)
    for blueprint in (chat.blueprint, desk.blueprint, sign_in.blueprint, *callbacks):
        app.register_blueprint(blueprint)
    return app


def csrf_token() -> str:
    """The session's token: forms carry it as field `csrf`, scripts as header `X-CSRF`."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def _allow_photos() -> None:
    """Before anything of the body is read."""
    if request.endpoint in WITH_PHOTOS:
        request.max_content_length = MOST_BYTES + MAX_BODY_BYTES


def _require_csrf() -> None:
    if request.method in SAFE_METHODS or request.blueprint in _without_csrf():
        return
    given = request.headers.get("X-CSRF") or request.form.get("csrf", "")
    if "csrf" not in session or not hmac.compare_digest(given.encode(), str(session["csrf"]).encode()):
        abort(400)


def _without_csrf() -> frozenset[str]:
    names: frozenset[str] = current_app.config["WITHOUT_CSRF"]
    return names


def _secure(response: Response) -> Response:
    own = {name.lower() for name, _ in response.headers}  # setdefault looks through all, for each
    for name, value in HEADERS.items():
        if name.lower() not in own:
            response.headers.add(name, value)
    if request.endpoint != "static" or response.status_code >= 400:  # a page that says 404 holds the session's token
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _explain(error: HTTPException) -> Any:
    """An error in plain Chinese: a page for people, JSON for our own scripts."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    code = error.code or 500
    title, advice = ERRORS.get(code, ERRORS[500] if code >= 500 else ERRORS[400])
    if _asks_for_json():
        return jsonify(error=f"{title}：{advice}"), code
    return render_template("base.html", error_title=title, error_advice=advice), code


def _asks_for_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _explain_unexpected(error: Exception) -> Any:
    """The edge: what nobody foresaw is recorded, and the person is told in plain words."""
    # Not the address: it may hold a sign-in link's secret, and whatever somebody else wants to write into the log.
    current_app.logger.error("unexpected error at %s", request.endpoint, exc_info=error)
    return _explain(InternalServerError())


def _healthz() -> AnyResponse | tuple[Response, int]:
    """200 once a message could be taken in."""
    try:
        with site().database.read() as db:
            db.execute(text("SELECT 1 FROM estates LIMIT 1"))
    except SQLAlchemyError:
        return jsonify(ok=False), 503
    return jsonify(ok=True)
