"""Words about meetings: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "meeting.called": (
        "会议：{topic}，{starts_at}[，{meeting_place}]。\n来的请回“我参加”，来不了也说一声。",
        "Meeting: {topic}, {starts_at}[, {meeting_place}].\nPlease say whether you come.",
    ),
    "meeting.moved": (
        "会议改了：{topic}，{starts_at}[，{meeting_place}]。",
        "Meeting moved: {topic}, {starts_at}[, {meeting_place}].",
    ),
    "meeting.cancelled": ("{topic}（{starts_at}）不开了。", "{topic} ({starts_at}) is cancelled."),
    "meeting.remind": (
        "提醒：{topic}，{starts_at}[，{meeting_place}]，已有 {going} 人说来。",
        "Reminder: {topic}, {starts_at}[, {meeting_place}]; {going} said they come.",
    ),
    "meeting.noted": ("记下了：{topic} {starts_at}，您{is_going}。", "Noted: {topic} {starts_at}, you are {is_going}."),
    "meeting.past": ("这个时间已经过了，会议没有登记。", "That time is past; the meeting was not put down."),
    "meeting.none": ("没有找到可以取消的会议。", "There is no meeting to cancel."),
}
