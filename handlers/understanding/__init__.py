"""Understanding: what a group message means. Pure: text, what is known, and the time in; a `Meaning` out."""

from handlers.understanding.explaining import words_for
from handlers.understanding.meaning import Context, Meaning
from handlers.understanding.read import load, understand

__all__ = ["Context", "Meaning", "load", "understand", "words_for"]
