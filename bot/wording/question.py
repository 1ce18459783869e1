"""Words for what asks for no deed: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "question.ask_worker": (
        "这个我答不上来[，可以问网格员{worker}]。",
        "I cannot answer that[; {worker}, the grid worker, can].",
    ),
    "question.which": ("没看懂，是想报修、投票还是约场地？", "I did not get it. A report, a vote or a booking?"),
}
