"""The schema's history, by Alembic. Every table ever made is made here first."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.database import Database

HERE = Path(__file__).parent


def configuration(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database, to: str = "head") -> None:
    """Brings the schema up to a revision. Safe to run at any time, and twice."""
    command.upgrade(configuration(database), to)


def downgrade(database: Database, to: str) -> None:
    command.downgrade(configuration(database), to)


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this program wants."""
    head = ScriptDirectory.from_config(configuration(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
