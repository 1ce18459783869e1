"""Scenario `weather`: behind a proxy the platform is slow, silent, cut off or gone, and comes back; people write on.

Whoever writes is answered as ever, since an answer does not wait for the platform. Every letter goes out. It goes out
twice only where the platform took it and could not say so.
"""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from bot.fake_platform.pages import listening
from tests.faults.judge import conclude, sent_again
from tests.faults.kills import talking
from tests.faults.played import Played
from tests.faults.proxy import Proxy, Weather, between
from tests.faults.town import Town, database_of, found

WEATHERS = {
    "cut": Weather(is_cut=True),
    "slow": Weather(delay_seconds=2.0),
    "silent": Weather(is_silent=True),
    "gone": Weather(is_gone=True),
}
UNSURE = ("silent", "cut", "gone")  # the platform may have taken what it did not answer, be it at the last moment
CLEARS_SECONDS = 0.5  # until the last of what was held is through
GOOD_SECONDS, LASTS_SECONDS = 1.5, (2.0, 5.0)
DIGEST_EVERY = 4  # rounds: it is long, and a robot may not say much in a minute


def play(seed: int, rounds: int, folder: Path, kind: str) -> Played:
    played = Played("weather", kind, seed)
    with ExitStack() as ending:
        url = ending.enter_context(database_of(kind, folder))
        platform = ending.enter_context(listening())
        address = urlsplit(platform.url)
        proxy = ending.enter_context(between(address.port or 0))
        town = found(url, platform, folder, address._replace(netloc=f"127.0.0.1:{proxy.port}").geturl())
        for end in (town.database.engine.dispose, town.work.kill, town.serve.kill):
            ending.callback(end)
        _play_in(town, proxy, rounds, played)
    return played


def _play_in(town: Town, proxy: Proxy, rounds: int, played: Played) -> None:
    rng = random.Random(played.seed)
    town.serve.start()
    town.work.start()
    with talking(town, rng) as talk:
        talk.is_up.set()
        for number in range(rounds):
            name = list(WEATHERS)[number % len(WEATHERS)] if number < len(WEATHERS) else rng.choice(list(WEATHERS))
            if number % DIGEST_EVERY == 0:
                town.digest_is_due()
            _bad_weather(town, proxy, name, rng.uniform(*LASTS_SECONDS))
            played.faults += 1
            played.history.append({"weather": name})
    town.work.stop()  # and with it its count of what the robot said within a minute
    town.work.died_at.pop()
    town.digest_is_due()
    town.letters_are_tried_again()
    town.work.start()
    town.settle_down()
    sent = len(town.account.sent_to_followers())
    again = {"sent twice, since the platform could not say that it had it": sent_again(town).total()}
    conclude(town, played, {"sent": sent} | again)


def _bad_weather(town: Town, proxy: Proxy, name: str, seconds: float) -> None:
    """Good for a while, so that letters are on their way; bad for a while; then it clears, and all of them go out."""
    time.sleep(GOOD_SECONDS)
    proxy.weather = WEATHERS[name]
    time.sleep(seconds)  # no waiting for anything: how long it lasts is what is drawn
    town.work.stop()  # it would leave the platform alone for a minute
    town.work.died_at.pop()  # it ended in peace
    proxy.weather = Weather()
    if name in UNSURE:  # what comes through only now, and what came through unanswered, may come again
        time.sleep(CLEARS_SECONDS)
        town.work.died_at.append(time.monotonic())
    town.letters_are_tried_again()
    town.work.start()
