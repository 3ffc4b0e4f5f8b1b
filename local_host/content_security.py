"""The one difference between the page's security policy here and in Azure.

In Azure the browser posts its SDP to `https://<resource>.openai.azure.com`, which the policy already names. Offline it
posts to the simulator on another loopback port, which no deployed policy should name.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def loopback_origin(endpoint: str | None) -> str | None:
    """The origin of `endpoint` if it is an address of this machine, else None: then the policy stays as deployed."""
    if not endpoint:
        return None
    try:
        parts = urlsplit(endpoint.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not is_loopback(host):
        return None
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}" + (f":{port}" if port else "")


def is_loopback(host: str) -> bool:
    """Whether a host, without port or brackets, can only mean this machine."""
    name = host.lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def allow_connection(policy: str, origin: str) -> str:
    """`policy` with `origin` added to connect-src, and nothing else loosened.

    Without a connect-src the browser falls back to default-src, so its sources are repeated. A header may hold several
    policies, separated by commas; all of them must agree, so each is extended.
    """
    return ", ".join(_allow_in_one(one, origin) for one in policy.split(","))


def _allow_in_one(policy: str, origin: str) -> str:
    directives = [words for part in policy.split(";") if (words := part.split())]
    by_name = {words[0].lower(): words for words in reversed(directives)}
    connect, default = by_name.get("connect-src"), by_name.get("default-src")
    if connect is None and default is None:
        return policy.strip()
    extended = ["connect-src", *(word for word in (connect or default or [])[1:] if word.lower() != "'none'"), origin]
    if connect is None:
        directives.append(extended)
    else:
        directives = [extended if words is connect else words for words in directives]
    return "; ".join(" ".join(words) for words in directives)
