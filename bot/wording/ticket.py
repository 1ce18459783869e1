"""Words about tickets: name → (Chinese, English)."""

TEMPLATES: dict[str, tuple[str, str]] = {
    "ticket.reported": (
        "已[替{teller}]登记 {tickets}。[由{worker}跟进][，{answer_by}前答复]。[{asks}]",
        "Logged[ for {teller}] {tickets}.[ {worker} will see to it][, answer by {answer_by}].[ {asks}]",
    ),
    "ticket.reported_and_told": (
        "已[替{teller}]登记 {tickets}。[已通知{worker}。][{asks}]",
        "Logged[ for {teller}] {tickets}.[ {worker} has been told.][ {asks}]",
    ),
    "ticket.told_worker": (
        "加急 #{number} {place}{category}，{name}说：{text}\n接单请回：{number} 受理",
        "Urgent #{number} {place}{category}, {name} says: {text}\nReply: {number} accept",
    ),
    "ticket.supported": (
        "#{number} {place}{category}：又有邻居遇到，现在一共 {households} 附议。",
        "#{number} {place}{category}: {households} more have the same.",
    ),
    "ticket.emergency": (
        "⚠️ #{number} {place}{category}，{advice}[抢修电话 {phone}。]\n已呼叫网格员，请先保证人身安全。",
        "⚠️ #{number} {place}{category}. {advice}[ Repairs: {phone}.]\nThe grid worker is being called. Keep yourselves safe first.",
    ),
    "ticket.page_worker": (
        "紧急 #{number} {place}{category}，{name}说：{text}\n收到请回“收到”[（第 {pages} 次呼叫）]",
        "Emergency #{number} {place}{category}, {name} says: {text}\nReply: “got it”[ (call {pages})]",
    ),
    "ticket.acknowledged": (
        "#{number} {place}{category}：{worker}收到，正赶过去。",
        "#{number} {place}{category}: {worker} has it and is on the way.",
    ),
    "ticket.all_clear": (
        "#{number} {place}{category}：险情已解除，大家放心。",
        "#{number} {place}{category}: all clear.",
    ),
    "ticket.due_soon": (
        "快到时间了 #{number} {place}{category}，请在{due_by}前处理。\n回复就能办：{number} 受理 / 办结 结果 / 等回复 问题",
        "Due soon: #{number} {place}{category}, by {due_by}.\nReply: {number} accept / done result / ask question",
    ),
    "ticket.handed_over": (
        "请您接手 #{number} {place}{category}：{handed_over_for}，{reported_at}报来：{text}\n接单请回：{number} 受理",
        "Please take over #{number} {place}{category}: {handed_over_for}, reported {reported_at}: {text}\nReply: {number} accept",
    ),
    "ticket.given": (
        "{worker}派给您 #{number} {place}{category}：{text}\n办好请回：{number} 办结 结果",
        "{worker} gives you #{number} {place}{category}: {text}\nReply: {number} done result",
    ),
    "ticket.question": (
        "#{number} {place}{category}：{name}，{worker}想问一下：{question}",
        "#{number} {place}{category}: {name}, {worker} would like to know: {question}",
    ),
    "ticket.question_answered": (
        "#{number} {place}{category}：{name}回话了：{text}",
        "#{number} {place}{category}: {name} answers: {text}",
    ),
    "ticket.accepted": (
        "#{number} {place}{category}：{worker}已接单。",
        "#{number} {place}{category}: {worker} has it.",
    ),
    "ticket.assigned": (
        "#{number} {place}{category}：[已派给{assignee}，]正在处理。",
        "#{number} {place}{category}: in work[, given to {assignee}].",
    ),
    "ticket.resolved": (
        "#{number} {place}{category} 已办结[：{result}]。\n[{reporter}，]修好了请回“满意”，没好请回“没修好”。",
        "#{number} {place}{category} is done[: {result}].\n[{reporter}, ]is it all right? Answer “satisfied” or “not fixed”.",
    ),
    "ticket.photo_wanted": (
        "#{number} {place}{category} 办结了。方便的话补一张照片，直接发给我就行。",
        "#{number} {place}{category} is done. Please send a photo of it here.",
    ),
    "ticket.proof_kept": ("照片收到，放进 #{number} 了。", "The photo is kept with #{number}."),
    "ticket.verdict_reminder": (
        "您报的 #{number} {place}{category} 已办结[：{result}]。修好了请回“满意”，没好请回“没修好”。",
        "Your report #{number} {place}{category} is done[: {result}]. Is it all right? Answer “satisfied” or “not fixed”.",
    ),
    "ticket.rejected": (
        "#{number} {place}{category} 这次不能受理：{reason}",
        "#{number} {place}{category} cannot be taken up: {reason}",
    ),
    "ticket.pass_on": ("请转告{name}：{posts}", "Please tell {name}: {posts}"),
    "ticket.confirmed": ("#{number} 结单，谢谢您的回音。", "#{number} is closed. Thank you for telling."),
    "ticket.reopened": (
        "#{number} {place}{category} 退回重办，已告诉经办人。",
        "#{number} {place}{category} is open again, and whoever did it has been told.",
    ),
    "ticket.reopened_for_worker": (
        "#{number} {place}{category} 退回重办，{name}说：{text}",
        "#{number} {place}{category} is open again, {name} says: {text}",
    ),
    "ticket.withdrawn": ("#{number} 已撤回。", "#{number} is withdrawn."),
    "ticket.amended": ("#{number} 改好了：{place}{category}。", "#{number} corrected: {place}{category}."),
    "ticket.status": ("{standing}", "{standing}"),
    "ticket.none_found": (
        "没找到您说的那件事，告诉我编号或者是哪里的什么事。",
        "I found no such matter. Which number, or what and where?",
    ),
    "ticket.merged": ("#{number} 已并入 #{into}。", "#{number} is now part of #{into}."),
    "ticket.unmerged": ("#{number} 已拆开，重新单独办。", "#{number} stands for itself again."),
    "ticket.which": (
        "您说的是哪一单？回编号就行，比如：12 办结 已换灯。",
        "Which ticket? Answer with its number, like: 12 done lamp changed.",
    ),
    "ticket.unknown": ("没有 #{number} 这一单，请核对编号。", "There is no #{number}."),
    "ticket.not_allowed": (
        "#{number} 要由负责这栋楼的网格员来办，您的话没有改动它。",
        "#{number} is for the building's grid worker; nothing was changed.",
    ),
    "ticket.not_now": ("#{number} 现在是“{status}”，不能这样办。", "#{number} is “{status}” now; that cannot be done."),
    "ticket.reason_needed": (
        "请写上不受理的原因，比如：{number} 不受理 属于市政道路。",
        "Please give the reason, like: {number} reject belongs to the city.",
    ),
    "ticket.not_a_problem": (
        "#{number} {place}{category} 是我听错了，已撤下。要是真有事，再说一声就行。",
        "#{number} {place}{category} was my mishearing and is taken down. If something is wrong, just say so again.",
    ),
    "ticket.recategorised": (
        "#{number} 改为{category}，记下了，下回我会认得。",
        "#{number} is now {category}. I will know it the next time.",
    ),
    "ticket.category_unknown": (
        "没有“{said}”这个类别，可以说：照明、电梯、停车、环境卫生这样的。",
        "There is no category “{said}”. Say one like lighting, elevator, parking, sanitation.",
    ),
    "ticket.known_already": (
        "这条已经登记在 #{number} {place}{category} 里了。",
        "That is already in #{number} {place}{category}.",
    ),
    "ticket.no_words": (
        "这条没有文字，请让邻居用一句话说说是什么事。",
        "There are no words in it. Please ask the neighbour to say what it is.",
    ),
    "ticket.not_yours": (
        "这栋楼的事要由负责它的人来登记，您的话没有改动什么。",
        "That building is for those who look after it; nothing was changed.",
    ),
    "ticket.cannot_merge": ("#{number} 不能并入 #{into}。", "#{number} cannot become part of #{into}."),
}
