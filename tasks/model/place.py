"""Where an address is said to be, with honest doubt."""

from tasks.model.base import Line, Value


class Place(Value):
    """A place as an IP library names it.

    Args:
        raw: the library's own words, such as `中国 江苏省 南京市 中国电信`.
        country, province, city, operator: its parts; empty where the library does not say.
        latitude, longitude: degrees of the city's centre; None where the city is unknown. A country's or
            province's centre is never used, for it makes false alarms of impossible travel.
    """

    raw: Line = ""
    country: str = ""
    province: str = ""
    city: str = ""
    operator: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def known(self) -> bool:
        """Whether at least the country is known."""
        return bool(self.country)
