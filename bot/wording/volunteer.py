"""Words about volunteers: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "volunteer.called": (
        "志愿 {number}：{task}[，{starts_at}][，要 {needed} 人]。愿意来的说一声“算我一个”。",
        "Volunteers {number}: {task}[, {starts_at}][, {needed} wanted]. Say “count me in”.",
    ),
    "volunteer.called_for_ticket": (
        "#{number} {place}{category} 想请[ {needed} 位]邻居搭把手，愿意来的说一声“算我一个”。",
        "#{number} {place}{category}: volunteers wanted[, {needed}]. Say “count me in”.",
    ),
    "volunteer.full": (
        "{task}：人齐了，{names}[，{starts_at}见]。再报名的先候补。",
        "{task}: complete, {names}[, {starts_at}]. Who comes now is a reserve.",
    ),
    "volunteer.reserve": (
        "{task}：人已经齐了，您是候补第 {turn} 位，有人来不了就请您。",
        "{task} is complete. You are reserve number {turn}.",
    ),
    "volunteer.missing": (
        "{task}：{name}来不了，还差 {lacking} 位，谁来顶一下？",
        "{task}: {name} cannot come, {lacking} still wanted.",
    ),
    "volunteer.moved_up": (
        "{task}：{name}来不了，{next}顶上。",
        "{task}: {name} cannot come, {next} takes the place.",
    ),
    "volunteer.your_turn": (
        "{task}：有人来不了，轮到您了[，{starts_at}]。不方便就说一声“来不了”。",
        "{task}: a place is free and it is yours[, {starts_at}]. Say “cannot come” if you cannot.",
    ),
    "volunteer.remind": (
        "提醒：{task}，{starts_at}，您报了名。来不了请早点说。",
        "Reminder: {task}, {starts_at}. Say so early if you cannot come.",
    ),
    "volunteer.thanks": (
        "谢谢{names}：{task}辛苦了[，每人 {hours} 小时记下了]。[\n下次 {again_at}，名单照旧，来不了说一声。]",
        "Thank you, {names}, for {task}[, {hours} hours each].[\nNext: {again_at}, with the same people.]",
    ),
    "volunteer.was_there": (
        "#{number} {place}{category}：志愿者来过了。办好了请回：{number} 办结 结果",
        "#{number} {place}{category}: the volunteers were there. Reply: {number} done result",
    ),
}
