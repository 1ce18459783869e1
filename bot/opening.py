"""Opening the database that the settings name."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from config.settings import ConfigError, Settings
from models.database import Database, connect
from models.migrations import is_current, upgrade


def open_database(settings: Settings) -> Database:
    """Opens it; raises ConfigError where it cannot be reached or has another schema."""
    database = connect_to(settings)
    try:
        if not is_current(database):
            raise ConfigError("the database's schema is not up to date: run python -m bot migrate")
    except SQLAlchemyError as error:
        raise ConfigError(f"JIANJIAN_DATABASE_URL: cannot open the database: {type(error).__name__}") from error
    return database


def open_and_migrate(settings: Settings) -> Database:
    """The same for the demo and `migrate`, which bring the schema up to date themselves."""
    database = connect_to(settings)
    try:
        upgrade(database)
    except SQLAlchemyError as error:
        raise ConfigError(f"JIANJIAN_DATABASE_URL: cannot open the database: {type(error).__name__}") from error
    return database


def connect_to(settings: Settings) -> Database:
    """Without looking whether it can be reached, and what is in it. Raises ConfigError where the address is none."""
    try:
        return connect(settings.database_url)
    except (SQLAlchemyError, ValueError):  # the error's own text may hold the password
        raise ConfigError("JIANJIAN_DATABASE_URL: is no address of a database") from None
