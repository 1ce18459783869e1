"""Playing a transcript through the real pipeline, with a simulated clock that stops at everything that falls due."""

from __future__ import annotations

from datetime import datetime

from bot import clock, delivery, intake
from bot.channels.sending import Outgoing, Sender
from bot.transcript import Transcript
from models import due, outbox
from models.database import Database
from models.setup import install

WORKER = "replay"


class Silent:
    """The channel of a replay: what is sent is read from the outbox afterwards."""

    def send(self, outgoing: Outgoing) -> None:
        pass


SENDERS: dict[str, Sender] = {"web": Silent()}


def play(database: Database, transcript: Transcript) -> int:
    """Plays to the end, `until` included. Gives the estate's id. Raises handlers.receive.UnknownSender."""
    begins = transcript.messages[0].at if transcript.messages else transcript.until
    with database.write() as session:
        estate = install(session, transcript.plan, begins)
    for message in transcript.messages:
        run_until(database, message.at)
        intake.take(database, message, message.at)
        delivery.deliver(database, SENDERS, WORKER, message.at)
    run_until(database, transcript.until)
    return estate.id


def run_until(database: Database, end: datetime) -> None:
    """Does and sends everything that falls due up to a time, each at its own time."""
    while (now := _next(database)) is not None and now <= end:
        clock.tick(database, now)
        delivery.deliver(database, SENDERS, WORKER, now)


def _next(database: Database) -> datetime | None:
    with database.read() as session:
        times = [at for at in (due.next_at(session), outbox.next_due(session)) if at]
    return min(times, default=None)
