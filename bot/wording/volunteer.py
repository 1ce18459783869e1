"""Words about volunteers: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "volunteer.called": (
        "志愿 {number}：{task}[，要 {needed} 人]。愿意来的说一声“算我一个”。",
        "Volunteers {number}: {task}[, {needed} wanted]. Say “count me in”.",
    ),
}
