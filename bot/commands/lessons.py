"""lessons: what an estate's workers corrected, and the weights that it learnt from that."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.commands import CommandError
from bot.commands.user import estate_named
from bot.opening import open_database
from config import settings
from handlers import lessons as learning
from handlers.understanding.learning import MOST_LESSONS, Verdict
from models import layer as layers
from models import lesson as lessons
from models.cause import Cause
from models.database import Database
from models.refused import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    for name, does in (
        ("list", "the lessons as labelled messages, JSON Lines, as `train` reads them"),
        ("learn", "learn now instead of in the coming night; kept only if it is no worse"),
        ("rollback", "go back to the weights before, or to the shipped ones"),
    ):
        deeds.add_parser(name, help=does).add_argument("--estate")


def run(given: argparse.Namespace) -> None:
    database = open_database(settings.load())
    with database.read() as session:
        estate_id = estate_named(session, given.estate).id
    DEEDS[given.deed](database, estate_id)


def _list(database: Database, estate_id: int) -> None:
    with database.read() as session:
        for taught in lessons.of_estate(session, estate_id, MOST_LESSONS):
            print(learning.export(taught))


def _learn(database: Database, estate_id: int) -> None:
    """As the clock does it: what takes seconds is done outside of any transaction."""
    with database.read() as session:
        material = learning.collect(session, estate_id)
    if not material.lessons:
        raise CommandError("there are no lessons yet")
    verdict = learning.think(material)
    with database.write() as session:
        learning.conclude(session, Cause(estate_id, datetime.now(UTC)), verdict)
    print(_figures(verdict))


def _figures(verdict: Verdict) -> str:
    done = "in use from now on" if verdict.is_no_worse else "not kept, all stays as it was"
    sane = "" if verdict.is_sane else "; it would misread plain sentences"
    return f"{verdict.lessons} lessons, mistakes {verdict.before} → {verdict.after}{sane}: {done}"


def _rollback(database: Database, estate_id: int) -> None:
    try:
        with database.write() as session:
            print(_told(session, Cause(estate_id, datetime.now(UTC))))
    except Refused:
        raise CommandError("no layer is in use, there is nothing to go back from") from None


def _told(session: Session, cause: Cause) -> str:
    before = layers.roll_back(session, cause)
    return f"back to the layer of {before.made_at:%Y-%m-%d %H:%M} UTC" if before else "back to the shipped weights"


DEEDS = {"list": _list, "learn": _learn, "rollback": _rollback}
