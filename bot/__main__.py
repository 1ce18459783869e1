"""python -m bot COMMAND"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from bot.commands import CommandError
from config.settings import ConfigError

# Name → what it does. Each lives in the module of bot/commands that has its name, and is imported when it is called.
COMMANDS = {
    "demo": "one process, a SQLite file, the demo estate, web chat and desk on this machine",
    "serve": "the web front, for deployments",
    "work": "the clock and the delivery, for deployments",
    "understand": "what each message means: JSON Lines in, JSON Lines out",
    "replay": "play a transcript through the whole pipeline with a simulated clock",
    "import-estate": "read an estate from a TOML file",
    "migrate": "bring the database's schema up to date",
    "upgrade": "back up, bring the schema up to date, verify; else leave all as it was",
    "backup": "write all that the database holds to a file, while the program runs",
    "restore": "fill an empty database from a backup",
    "move": "copy everything to another database, say from SQLite to PostgreSQL",
    "user": "people and roles, sign-in links",
    "lessons": "what an estate's workers corrected: list, learn from it now, roll back",
    "fake-platform": "an official account's and a robot's platform on this machine, to try them",
    "train": "learn the weights from labelled messages",
    "bench": "the benchmarks: goal, figure and floor",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit code: 0, or 2 with one line that says what is wrong and where."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="件件 Jianjian")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = (sys.argv[1:] if arguments is None else list(arguments))[:1]
    for name, does in COMMANDS.items():
        command = commands.add_parser(name, help=does, description=does)
        if asked == [name]:
            _module(name).add_arguments(command)
    given = parser.parse_args(arguments)
    try:
        return int(_module(given.command).run(given) or 0)
    except (CommandError, ConfigError) as error:
        print(f"{given.command}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        return 0


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"bot.commands.{name.replace('-', '_')}")


if __name__ == "__main__":
    sys.exit(main())
