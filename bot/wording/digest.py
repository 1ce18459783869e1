"""Words of the digest: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "digest.worker": (
        "[{worker}，]今日简报 {counts}\n{waiting_tickets}\n回复就能办：编号 受理 / 派 谁 / 办结 结果",
        "[{worker}, ]digest: {counts}\n{waiting_tickets}\nReply: number accept / assign whom / done result",
    ),
    "digest.nothing": ("现在没有等着您的事。", "Nothing waits for you now."),
}
