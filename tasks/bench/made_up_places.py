"""Made-up networks of a made-up company: offices, homes, phones, hotels, a VPN, and those of intruders.

Addresses are of 198.18.0.0/15, which is there for benchmarks (RFC 2544), and of 2001:db8::/32 (RFC 3849).
"""

from random import Random

from tasks.model.base import Value

PROVINCES: dict[str, tuple[str, ...]] = {
    "江苏省": ("南京市", "苏州市", "无锡市", "徐州市", "南通市"),
    "广东省": ("深圳市", "广州市", "东莞市", "佛山市", "珠海市"),
    "浙江省": ("杭州市", "宁波市", "温州市", "嘉兴市"),
    "四川省": ("成都市", "绵阳市", "宜宾市"),
    "湖北省": ("武汉市", "宜昌市", "襄阳市"),
}
ABROAD = ("新加坡 新加坡 新加坡", "日本 东京都 东京", "德国 黑森州 法兰克福")
CARRIERS = ("中国电信", "中国联通", "中国移动")
CARRIER_WEIGHTS = (45, 25, 30)
HOMES_IPV4, PHONES_IPV6, PHONES_KNOWN, HOTELS_ABROAD = 0.7, 0.6, 0.5, 0.15
"""Shares of all; a phone's network is known as a mobile one by half of the libraries' numbers, not by its operator."""


class Spot(Value):
    """Where logins come from.

    Args:
        where: country, province and city as the library says them.
        operator: its carrier or company.
        ip: its address; empty where each login has one of its own.
        block: a number that keeps its changing addresses apart.
        kinds: what is known of its addresses.
        v6: whether its addresses are IPv6, each login's in a /64 of its own.
    """

    where: str
    operator: str
    ip: str = ""
    block: int = 0
    kinds: tuple[str, ...] = ()
    v6: bool = False

    def location(self, *, city: str = "", short: bool = False) -> str:
        """The audit log's words for it.

        Args:
            city: in place of its own.
            short: without the kinds of division, 江苏 南京.
        """
        country, province, own = (*self.where.split(), "", "")[:3]
        parts = [country, province, city or own]
        if short and country == "中国":
            parts = [part.removesuffix("省").removesuffix("市") for part in parts]
        operator = self.operator.removeprefix("中国") if short else self.operator
        return " ".join(part for part in (*parts, operator) if part)

    def address(self, random: Random) -> str:
        """The address of one login."""
        if self.ip:
            return self.ip
        if self.v6:
            return f"2001:db8:{self.block:x}:{random.randrange(1 << 16):x}::{random.randrange(1, 1 << 16):x}"
        return f"198.18.{self.block % 256}.{random.randrange(1, 255)}"


def at_office(province: str, city: str, number: int) -> Spot:
    """An office: one address."""
    return Spot(where=f"中国 {province} {city}", operator="中国电信", ip=f"198.19.0.{number}")


def at_home(random: Random, province: str, city: str, number: int) -> Spot:
    """A home: one address, or an IPv6 network whose devices change theirs by themselves."""
    operator = random.choices(CARRIERS, CARRIER_WEIGHTS)[0]
    ip = f"198.19.1.{number}" if random.random() < HOMES_IPV4 else f"2001:db8:f000:{number:x}::1"
    return Spot(where=f"中国 {province} {city}", operator=operator, ip=ip)


def on_phone(random: Random, province: str, city: str, number: int) -> Spot:
    """A phone: an address of its own for each login, and a city of the province by chance."""
    operator = random.choices(CARRIERS, CARRIER_WEIGHTS)[0]
    spot = Spot(where=f"中国 {province} {city}", operator=operator, block=number, v6=random.random() < PHONES_IPV6)
    return spot.model_copy(update={"kinds": ("mobile",)}) if random.random() < PHONES_KNOWN else spot


def in_hotel(random: Random, number: int) -> Spot:
    """A hotel of another place, seldom abroad."""
    if random.random() < HOTELS_ABROAD:
        return Spot(where=random.choice(ABROAD), operator="Example Hotels", ip=f"198.19.2.{number % 250 + 1}")
    province = random.choice(tuple(PROVINCES))
    city, operator = random.choice(PROVINCES[province]), random.choice(CARRIERS)
    return Spot(where=f"中国 {province} {city}", operator=operator, ip=f"198.19.3.{number % 250 + 1}")


COMPANY_VPN = Spot(where="中国 上海市 上海市", operator="Example Cloud", ip="198.19.4.1", kinds=("hosting",))
"""The company's own way out, which nobody declared."""

INTRUDERS = (
    Spot(where="荷兰 北荷兰省 阿姆斯特丹", operator="Example Hosting", block=200, kinds=("hosting",)),
    Spot(where="美国 加利福尼亚州 洛杉矶", operator="Example VPN", block=201, kinds=("vpn",)),
    Spot(where="德国 黑森州 法兰克福", operator="Example Tor", block=202, kinds=("tor",)),
    Spot(where="中国 福建省 莆田市", operator="中国联通", block=203),
    Spot(where="缅甸", operator="Example Telecom", block=204),
    Spot(where="中国 香港", operator="Example Broadband", block=205),
)
