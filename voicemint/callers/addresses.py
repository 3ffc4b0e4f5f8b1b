"""Where an anonymous caller comes from, by the one header that says it: `X-Forwarded-For`, read from its right end.

Each proxy appends the address that it was called from, and whoever calls first may have written anything before that.
So with N proxies of ours the N-th entry from the right is true, and what stands left of it is never looked at.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

HEADER = "x-forwarded-for"

UNKNOWN = "unknown"
"""Whoever has no address shares this one, so that a missing or broken header makes the door narrower, not wider."""

# App Service's front end writes the port, too: "203.0.113.7:50312", "[2001:db8::1]:50312".
_WITH_PORT = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<v4>[0-9.]+))(?::[0-9]{1,5})?")


def client_address(headers: Mapping[str, str], proxies: int) -> str:
    """The caller's IPv4 address, or the /64 of an IPv6 one, because whoever has one address there has all of them.

    `proxies` is how many proxies append to the header before it gets here, at least 1. Set higher than the truth, the
    entry is one that the caller wrote; set lower, it is a proxy's own. `headers` are named in lower case, and a header
    that was repeated is joined by commas. No other header is looked at: `X-Client-IP`, `X-Azure-ClientIP` and the like
    are the caller's word unless one particular proxy is there to overwrite them.
    """
    entries = headers.get(HEADER, "").rsplit(",", proxies)[-proxies:]
    if len(entries) < proxies:
        return UNKNOWN
    return _subject(entries[0].strip(" \t"))


def _subject(entry: str) -> str:
    if "%" in entry:  # a zone means something on the proxy's own network only
        return UNKNOWN
    match = _WITH_PORT.fullmatch(entry)
    try:
        address = ipaddress.ip_address((match["v6"] or match["v4"]) if match else entry)
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(address), 64), strict=False))
        address = address.ipv4_mapped
    return str(address)
