"""Words about rooms: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "booking.confirmed": ("约好了：{room} {span}，{name}。", "Booked: {room} {span}, {name}."),
    "booking.yours": ("{room} {span} 已经是您的了。", "{room} {span} is yours already."),
    "booking.already_yours": ("{room} {held_from} 起您已经约了。", "You have {room} from {held_from} already."),
    "booking.taken": (
        "{room} {span} 有人约了（{held_from} 起）。要排队就回“帮我排队”。",
        "{room} {span} is taken (from {held_from}). Say “queue” and you are next.",
    ),
    "booking.waiting": (
        "{room} {span} 已给{name}排上队，第 {position} 位，空出来就告诉您。",
        "{name} waits for {room} {span}, place {position}.",
    ),
    "booking.your_turn": (
        "{name}，{room} {span} 空出来了，已经给您约上，不要就回“取消预约”。",
        "{name}, {room} {span} came free and is yours. Say “cancel my booking” if you do not want it.",
    ),
    "booking.offered": (
        "{name}，{room} {span} 空出来了，给您留到 {offer_ends_at}，要就回“我要”，不要回“不用了”。",
        "{name}, {room} {span} came free and is kept for you until {offer_ends_at}. Do you want it?",
    ),
    "booking.offer_over": ("{room} {span} 已经让给下一位了。", "{room} {span} has gone to the next in line."),
    "booking.passed": (
        "{name}没有回话，{room} {span} 让给下一位。",
        "No word from {name}; {room} {span} goes to the next.",
    ),
    "booking.left_queue": ("好，{room} {span} 不再给您留。", "All right, {room} {span} is no longer kept for you."),
    "booking.cancelled": ("已取消：{room} {span}。", "Cancelled: {room} {span}."),
    "booking.day": ("{room} {starts_at} 到 {closes}：{taken}。", "{room} {starts_at} to {closes}: {taken}."),
    "booking.rooms": ("可以约的地方：{rooms}。要哪一个？", "There are: {rooms}. Which one?"),
    "booking.remind": (
        "提醒：{room} {span} 是您约的。来不了请说一声。",
        "You booked {room} {span}. Say so if you cannot come.",
    ),
    "booking.closed": (
        "{room} {opens}–{closes} 开放，{span} 约不了。",
        "{room} is open {opens}–{closes}; {span} cannot be booked.",
    ),
    "booking.past": ("{span} 已经过了，换个时间吧。", "{span} is past."),
    "booking.bad_span": (
        "没听明白时间，比如：明天下午3点到5点。",
        "I did not catch the time; like: tomorrow 3 to 5 pm.",
    ),
    "booking.which_time": ("几点到几点？比如：明天下午3点到5点。", "From when to when? Like: tomorrow 3 to 5 pm."),
    "booking.which_room": ("[可以约的地方：{rooms}。]要约哪里？", "[There are: {rooms}. ]Which one?"),
    "booking.none": ("没找到您的预约。", "I found no booking of yours."),
}
