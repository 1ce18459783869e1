"""Words of the digest: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "digest.worker": (
        "[{worker}，]今日简报 {counts}\n{waiting_tickets}\n回复就能办：编号 受理 / 派 谁 / 办结 结果",
        "[{worker}, ]digest: {counts}\n{waiting_tickets}\nReply: number accept / assign whom / done result",
    ),
    "digest.month": (
        "{month}月回音：大家报了 {told} 件，办好 {done} 件[，没能受理 {refused} 件][，{judged} 件说了好不好，{content} 件满意]。"
        "[\n还在办 {still} 件：{open_tickets}]",
        "Month {month}: {told} told, {done} done[, {refused} not taken up][, {content} of {judged} content]."
        "[\n{still} still open: {open_tickets}]",
    ),
    "digest.nothing": ("现在没有等着您的事。", "Nothing waits for you now."),
}
