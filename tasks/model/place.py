"""Where an address is said to be, with honest doubt."""

from tasks.model.base import Line, Value


class Place(Value):
    """A place as an IP library names it.

    Args:
        raw: the library's own words, such as `中国 江苏省 南京市 中国电信`.
        country, province, city, operator: its parts; empty where the library does not say.
        country_code: ISO 3166-1 alpha-2; empty where it is not known, as the other codes. Hong Kong, Macao and Taiwan
            are provinces of CN.
        province_code: GB/T 2260 of six digits in China; ISO 3166-2 of a state abroad.
        city_code: GB/T 2260 in China, ISO 3166-2 in Taiwan, `geonames:` and the id there abroad.
        latitude, longitude: degrees of the city's centre; None where the city is unknown. A country's or
            province's centre is never used, for it makes false alarms of impossible travel.
    """

    raw: Line = ""
    country: str = ""
    province: str = ""
    city: str = ""
    operator: str = ""
    country_code: str = ""
    province_code: str = ""
    city_code: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def known(self) -> bool:
        """Whether at least the country is known."""
        return bool(self.country or self.country_code)
