"""When the invented logins are made, and from which of the addresses of the sandbox's company."""

from datetime import UTC, datetime

AT = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)

OFFICE = "198.51.100.10"
HOTEL = "203.0.113.55"
STRANGER = "203.0.113.7"
STRANGER_2 = "203.0.113.8"
