"""What people read: templates by topic, Chinese and English, rendered when a message is sent.

A template is a sentence with facts in {braces}; a part in [brackets] is left out where one of its facts is empty. What
facts sound like (places, times, lists) is in `phrases`. Posts that waited for each other are read one under the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from bot.wording import booking, digest, meeting, phrases, poll, question, ticket, volunteer
from models.outbox import JOINED

LANGUAGES = ("zh", "en")
TEMPLATES: dict[str, tuple[str, str]] = {
    **ticket.TEMPLATES,
    **poll.TEMPLATES,
    **booking.TEMPLATES,
    **meeting.TEMPLATES,
    **volunteer.TEMPLATES,
    **digest.TEMPLATES,
    **question.TEMPLATES,
    JOINED: ("{posts}", "{posts}"),
}
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def render(template: str, facts: Mapping[str, Any], zone: tzinfo, now: datetime, language: str = "zh") -> str:
    """The text of a message. `zone` is the estate's; `now` decides what is called today."""
    said = phrases.Voice(language, zone, now).say_all(facts)
    if posts := facts.get("posts"):
        said["posts"] = "\n".join(render(post["template"], post["facts"], zone, now, language) for post in posts)
    sentence = TEMPLATES[template][LANGUAGES.index(language)]
    kept = _OPTIONAL.sub(lambda part: part[1] if _is_known(part[1], said) else "", sentence)
    return kept.format_map(said)


def _is_known(part: str, said: Mapping[str, str]) -> bool:
    return all(said[name] for name in re.findall(r"{(\w+)}", part))
