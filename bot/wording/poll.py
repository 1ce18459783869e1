"""Words about polls: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "poll.opened": (
        "投票 {number}：{question}\n{options}（一户一票，{closes_at} 截止，直接说选哪个就行）",
        "Poll {number}: {question}\n{options} (one vote a household, until {closes_at}; just say which)",
    ),
    "poll.voted": (
        "已记下您家选 {choices}，{closes_at} 前都能改。",
        "Your household's vote: {choices}. You may change it until {closes_at}.",
    ),
    "poll.changed_at_home": (
        "您家的票改成了 {choices}（{name} 说的），以最后一次为准。",
        "Your household's vote is now {choices} (said by {name}); the last word counts.",
    ),
    "poll.standing": (
        "{question}\n{tally}（已投 {households}，还差 {missing}，{closes_at} 截止）",
        "{question}\n{tally} ({households} voted, {missing} missing, until {closes_at})",
    ),
    "poll.remind": (
        "“{question}” {closes_at} 截止，已投 {households}。\n还没投的：{names}",
        "“{question}” ends {closes_at}; {households} voted.\nMissing: {names}",
    ),
    "poll.closed": (
        "“{question}” 投票结束，{households} 参加：{tally}",
        "“{question}” is over, {households} took part: {tally}",
    ),
    "poll.is_over": ("“{question}” 已经截止，这一票没有计入。", "“{question}” is over; this vote does not count."),
    "poll.bad_choice": ("没听明白选哪个：{options}", "Which one do you mean? {options}"),
    "poll.only_in_group": ("投票要在群里发起，请到群里说。", "A poll is started in the group."),
    "poll.deadline_past": ("截止时间已经过了，请换一个以后的时间。", "That deadline is past; please name a later one."),
    "poll.none": ("现在没有投票。", "There is no poll."),
}
