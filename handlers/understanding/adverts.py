"""Selling, letting and group buying: whatever such a message names, it reports no fault of it."""

from __future__ import annotations

from handlers.understanding.patterns import any_of

_SELLS = any_of(
    r"(?<![间套规的])出租(?![屋房]|车司机)|招租|转让|转租|出售|求购|求租|便宜出|低价出|闲置|(?<![进外])出一[个台辆套盏张]|八成新|九成新|开团|团购|拼团|接龙|包邮|自提|截单|下单|秒杀|领券",
    r"微同号|加(?:我)?微信|扫码进群|要的(?:私|联系|接龙)|有(?:需要|要|意)的?(?:私|联系|滴)|随叫随到|上门服务|免费试|一费到底|欢迎咨询|会员日",
)


def is_advert(text: str) -> bool:
    return bool(_SELLS.search(text))
