"""The commands: a module each, with `add_arguments(parser)` and `run(given) -> exit code or None`."""


class CommandError(Exception):
    """Bad input or wrong usage. The message names the file, line and field at fault; nothing half done is left."""
