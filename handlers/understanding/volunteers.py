"""Offers of help: joining a task, calling for hands, and stepping back."""

from __future__ import annotations

import re

from handlers.understanding.meaning import Context, Offer
from handlers.understanding.numerals import NUMBER, to_int
from handlers.understanding.patterns import any_of

_TRIGGER = re.compile(r"我|志愿|义工|义务|人手|缺|招|谁|大家|一起|报名|轮班|值班|巡逻|召集|换人|顶|本人|咱")

# Work for all or for those who need it. The first that is named is the task.
_TASK = any_of(
    r"[扫铲除清]雪|扫\S{0,2}(?:落?叶|台阶|地|街|院子?|楼[道梯])|铲冰|除冰|巡逻队?|巡夜|夜巡|巡查|巡楼|值班|值守|值夜|值岗|守夜|站岗|执勤|义务?诊|义卖|大扫除",
    r"打扫|清扫|清理|清洁|搞卫生|捡垃圾|[清捡][烟垃落枯杂沟淤]\S{0,2}|垃圾分类",
    r"送[餐饭菜药米]|\S岗|陪[护诊聊老]\S{0,2}|陪\S{0,6}聊天?|拿药|护学岗?|护送|接送|接孩子|带孩子|浇[水花]|[种植][树花]",
    r"修剪|剪枝|锯\S{0,2}|锄草|拔草|宣传|发传单|登记|敲门|上门|探望|看望|照看|照顾|结对|读信|读报",
    r"教\S{1,8}(?:手机|写|画|跳|唱)|代[买购]\S{0,2}|跑腿|搬\S{0,4}|贴\S{0,4}(?:通知|春联)|写(?:春联|毛笔字|横幅)",
    r"理发|剪头发?|磨刀|刷漆|粉刷|布置\S{0,2}|摆摊|摆凳|维持秩序|防汛|堆沙袋|撒盐|垫草|看门|守门|挂灯笼",
    r"主持|拍照|做饭|包饺子|包粽子|煮姜茶|煮粥|辅导|轮岗|轮值|通下水|做表格?|统计名单|记录|翻译|修(?:自行车|电脑|"
    r"手机|伞|插座|鞋)|(?:换|装)\S{0,2}(?:插座|灯泡)|端茶倒水|楼长助理|楼道(?:卫生|杂物)?|花坛|志愿\S{0,3}|义工|义务",
)
_DUTY = any_of(
    r"[扫铲除清]雪|铲冰|除冰|巡[逻夜查楼]|夜巡|值[班守夜岗]|站岗|执勤|守岗|护学|志愿|义工|义务|义[诊卖]|大扫除|打扫",
    r"清扫|搞卫生|捡垃圾|[清扫]楼道|[清扫]楼梯|垃圾分类|防汛|沙袋|撒盐|[种植]树|拔草|浇[水花]|清沟|清淤",
    r"独居|孤寡|老人家?|[张王李赵刘陈]?爷爷|嗲嗲|娭毑|盲人|残疾|送[餐饭菜药]|写春联|写毛笔|结对|敲门|发传单|活动室",
    r"会场|图书|疫苗登记|登记点|摊位|花坛|落叶|枯叶|断枝|枯枝|楼道|楼梯|轮班|暑期班|晾衣|物资|搬[桌凳椅沙砖]|沙坑",
    r"门岗|岗|楼长助理|没人接的",
)
_WHO = r"(?:我们?(?:家|屋里|爷俩|两口子|一家|夫妻)?|本人|咱们?|我崽)"
_OFFERS = any_of(
    r"我算一个|算(?:上)?我(?:们家|家|们)?(?:一|两|2|1)?(?:个|份|户|人)?|加我(?:一个)?|(?:排|安排)我|给我排|交给我|包在我身上",
    r"随叫随到|让我来|(?:喊|叫|找|联系)我(?:就|，|,|。|$|一声|不)",
    rf"{_WHO}[^，。？]{{0,6}}(?:报名|报个名|参加|加入|认领|承包|包了|可以(?!吗)|能(?!不能)|愿意|自愿|来|去|顶|补上|"
    rf"补|接(?!到|了个)|领(?!导)|守|上|出|带|帮|干|免费|义务|搭把手|有(?:空|时间|力气|工具|推车|铲|铁锹|锯|面包车|"
    rf"梯子))",
    r"^(?:小件[，,\s]*)?报名|报名[+1]|(?:还缺|缺|差|要)人(?:不|吗|的话)?[^，。]{0,4}我|缺人就?喊我|(?:我|"
    r"本人)[^，。]{0,10}报到",
)
# Clear without any task: only volunteers talk like this.
_VOLUNTEERS = any_of(
    r"加我一个(?=$|[。！!])|我(?:也)?来帮忙(?:了)?$|我报名(?:志愿|当|做)|我(?:可以|愿意|想|要)?(?:当|"
    r"做)(?:个)?(?:志愿者|义工)|想当志愿者",
    r"(?:有需要|需要的话|缺人的?话?|哪里缺人|要帮忙的?话?)[^，。]{0,8}(?:喊|找|叫|联系|安排|把)我|(?:我|"
    r"本人)[^，。]{0,12}(?:义务|免费)(?:帮|教|修|搞|带|给|换|剪|写)|(?:算我一个)(?=$|[。！!👋🙋💪])",
    r"哪家[^，。]{0,12}[找喊]我",
    r"(?:我|本人)[^，。]{0,12}(?:包了|不要钱|顺路[^，。]{0,6}(?:送|带|取|拿|接))|我顺路$|(?:顺路|免费|义务|"
    r"不要钱)[^，。]{0,8}(?:帮|送|弄|修|取|教|给|剪|写|带)|交给我(?:吧|$|了)|需要人手[^，。]{0,4}喊|(?:谁|哪家|"
    r"哪个)要[^，。]{1,8}的?(?:跟我说|喊我|找我)|可以(?:帮着|帮忙[写修教带接]|免费帮|找我|用我的)",
    r"(?:志愿|值班|巡逻|排班)\S{0,3}表(?:加上|算上|写上)我|墙上小广告我|铲牛皮癣我|我去(?:铲|扫|清|焊|刷)",
    r"搭把手.{0,4}我|我来[清扫铲]|我负责接",
)
_CALL = any_of(
    r"(?:招|募|征|召)(?:集|募|几?个?|\d+[个名位])?.{0,6}(?:志愿者?|义工|人手|帮手|队员)|招募|(?:缺|需要|要|差|还差|还要|"
    r"还缺)(?:[几一两二三四五六七八九十\d]+[个名位])?[^，。]{0,5}(?:志愿者?|义工|人手|帮手)",
    r"(?:志愿者?|义工)[^，。]{0,8}(?:报名|招募|集合|还差|还缺|缺|招)|(?:谁|哪[个位些]|有没有人?|有冇人|有人|哪家|"
    r"大家|各位)[^，。]{0,8}(?:愿意|可以|有空|一起|搭把手|报名)[^，。]{0,6}",
)
_CALLED = re.compile(r"招募|志愿|义工|人手|帮手|一起|愿意|搭把手|有空|报名|队员")
_LEAVE = any_of(
    r"来不了|去不了|来不成|去不成|换(?:个)?人|换一下人|顶不了|请(?:个)?假|退出|不能来|不能去|值不了|找人替|替我",
    r"帮我顶|谁(?:能|帮)?(?:我)?顶|参加不了",
    r"撤了|干不了|做不了|换个?班|调个?班|不来了|不参加了",
)
_ON_DUTY = re.compile(r"志愿|义工|巡逻|值[班守夜岗]|扫雪|铲雪|执勤|站岗|护学|轮班|的岗")
_NOT_HERE = any_of(
    r"团购|拼[车单团]|接龙|斤|箱|砍一刀|外卖|快递|奶茶|火锅|公司|单位|学校|老板|[买卖](?!部)(?<!义卖)|下单|优惠",
    r"打牌|麻将|三缺一|开黑|上分|高考|大学志愿|填志愿|第一志愿|志愿填报|游戏|吃饭|喝酒|宵夜",
    r"物业(?:应该|要|怎么|能)|[都没冇](?:没|冇)?人(?:来)?(?:扫|清|管|打扫)|为什么|凭什么|能不能|可不可以|请(?:物业|"
    r"社区|人)|想(?:请|找|问)|昨天|上次|上周|我[来去](?:了|过|看)|我家门口|专业|家政|保洁(?:价|公司)|上门服务|微信",
    r"电话|扫码|试听",
    r"谢谢志愿者|感谢|会上|议题|开会|票|返味|漏|堵了|看到有|听说|他们|阿姨在|有人在|我去(?:年|[！!，,]?这)|老家",
    r"驾校|健身|体检|相亲|电影|旅游|爬山|钓鱼|出租|招租|我能(?:问|不能)|要带|求谁|有没有(?!人)|免费送|我值[夜白晚]?班|二手|讨厌|跟我讲",
)
_STEPS_UP = re.compile(
    r"(?:^|[\s，,。；;！!])(?:我|我家|我们|本人|我和\S{1,4})(?:也|就|可以|能|愿意|都)*(?:报名|报个名|参加|来|去|算一个|加入|顶上|补上)(?![不得了])|"
    r"(?:算|加|带)(?:上)?我(?:家)?(?:一[个份户])?(?=$|[\s，,。！!])|^(?:报名|\+1)(?=$|[\s，,。！!+])"
)
_STEPS_BACK = re.compile(r"[来去到]不(?:了|成)|划掉|换(?:个)?人|退出|请个?假|不能[来去]|参加不了")
# Said of work that hands are wanted for, and names it.
_COUNTS_ME = re.compile(r"(?<![莫不别冇])(?<!不要)(?<!先莫)(?:算|加|带)(?:上|了)?我(?!不)")
_COUNTS_ME_OUT = re.compile(r"[莫不别](?:再|要)?(?:算|加)我")
_STEPS_UP_TO_IT = re.compile(r"我(?:也|就|可以|能|愿意|都)*(?:去|来|上|顶|报名|报个名|参加|包了)(?![不年过])")
_EMPTY = re.compile(r"[\s，,。！!、我你他的了吧啊哈]|志愿|愿者|报名|有空|大家|一起|可以|算我|参加|\d")
_NEEDED = re.compile(rf"(?:招募?|缺|差|需要|要|再来|还要|还缺)\s*({NUMBER})\s*[个名位]")
_ROUGHLY = re.compile(r"[一二两三四五六七八九]{2}")  # 七八个: seven will do
_QUESTION = re.compile(r"(?<!不)[？?]\s*$|[吗么]\s*$")
_ANSWERED = re.compile(r"[？?，,][^？?]*(?:我|本人)|我报名|我来|算我")


def read_offer(text: str, context: Context) -> Offer | None:
    """扫雪算我一个 → join, 招5个志愿者 → call, 志愿那个换人 → leave."""
    if context.calls_for == "task" and (answer := _to_the_call(text, context)):
        return answer
    if not _TRIGGER.search(text) or len(text) > 120 or _NOT_HERE.search(text):
        return None
    task, is_duty = _task(text), bool(_DUTY.search(text))
    if is_duty and _LEAVE.search(text) and _ON_DUTY.search(text):
        return Offer("leave", task)
    if is_duty and _CALL.search(text) and _is_call(text):
        return Offer("call", task, _needed(text))
    is_join = bool(_VOLUNTEERS.search(text)) or bool(task) and is_duty and bool(_OFFERS.search(text))
    if not is_join or _QUESTION.search(text) and not _ANSWERED.search(text):
        return None
    return Offer("join", task)


def _to_the_call(text: str, context: Context) -> Offer | None:
    """Hands are just being asked for: 我报名，我有铁锹 joins, 明早要值班，把我划掉 steps back. Whoever names the work says
    it with fewer words: 搬书我去."""
    if len(text) > 60 or _QUESTION.search(text):
        return None
    is_named = any(share(task, text) for task in context.tasks)
    if is_named and _COUNTS_ME.search(text):
        return Offer("join", _task(text))
    if _STEPS_BACK.search(text) or is_named and _COUNTS_ME_OUT.search(text):
        return Offer("leave", _task(text))
    steps_up = _STEPS_UP.search(text) or is_named and _STEPS_UP_TO_IT.search(text)
    return Offer("join", _task(text)) if steps_up else None


def share(task: str, text: str) -> int:
    """How many pairs of characters that say something two texts have in common."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return sum(pair in task for pair in pairs if not _EMPTY.search(pair))


def _is_call(text: str) -> bool:
    """For work on what all share; help wanted at home is neighbours' talk, and who names himself offers."""
    return bool(_CALLED.search(text)) and not re.search(
        r"我家|帮我|我的|我(?:来|去|报|可以|有空|愿意|能)|算我|[喊找叫]我", text
    )


def _task(text: str) -> str:
    found = list(_TASK.finditer(text))
    named = [hit for hit in found if hit[0][:2] not in ("志愿", "义工", "义务")] or found
    return named[0][0] if named else ""


def _needed(text: str) -> int | None:
    found = _NEEDED.search(text)
    if found is None:
        return None
    return to_int(found[1][0] if _ROUGHLY.fullmatch(found[1]) else found[1])
