"""Where a caller comes from: what a proxy of ours wrote, never what the caller wrote."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemint.callers.addresses import UNKNOWN, client_address

FORGED = st.text(st.characters(codec="latin-1"), max_size=80)
ADDRESSES = st.ip_addresses()
PROXIES = st.integers(1, 5)


def address(forwarded: str, proxies: int = 1) -> str:
    return client_address({"x-forwarded-for": forwarded}, proxies)


def as_proxies_write(entry: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int | None) -> str:
    if port is None:
        return str(entry)
    return f"{entry}:{port}" if entry.version == 4 else f"[{entry}]:{port}"


@pytest.mark.parametrize(
    ("entry", "subject"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:50312", "203.0.113.7"),
        (" 203.0.113.7:50312\t", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:50312", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
    ],
)
def test_an_address_is_told_by_what_it_cannot_change(entry: str, subject: str) -> None:
    assert address(entry) == subject


@pytest.mark.parametrize(
    "entry",
    [
        "",
        " ",
        "unknown",
        "localhost",
        "203.0.113",
        "203.0.113.256",
        "203.0.113.07",
        "203.0.113.7:",
        "203.0.113.7:123456",
        "203.0.113.7:80:80",
        "203.0.113.7/24",
        "3405803783",
        "٢٠٣.0.113.7",
        "fe80::1%eth0",
        "[fe80::1%eth0]:80",
        "[fe80::1%25eth0]",
        "[203.0.113.7",
        "203.0.113.7]",
        "[]:80",
        "[[::1]]",
        "2001:db8::1::2",
        "for=203.0.113.7",
        '"203.0.113.7"',
        "203.0.113.7;x",
        "0" * 5000,
        "2001:db8::" + " " * 64 + "1",
    ],
    ids=lambda entry: entry[:16],
)
def test_what_is_no_address_is_one_shared_subject(entry: str) -> None:
    assert address(entry) == UNKNOWN
    assert address(f"198.51.100.1, {entry}") == UNKNOWN


def test_without_the_header_the_subject_is_the_shared_one() -> None:
    assert client_address({}, 1) == UNKNOWN


def test_fewer_entries_than_proxies_are_not_enough() -> None:
    assert address("203.0.113.7", 2) == UNKNOWN
    assert address("203.0.113.7,198.51.100.1", 3) == UNKNOWN


def test_with_two_proxies_the_caller_is_the_last_but_one() -> None:
    assert address("203.0.113.7:50312, [fd00::d63d:e0b8]:64909", 2) == "203.0.113.7"
    assert address("192.0.2.66, 203.0.113.7:50312, [fd00::d63d:e0b8]:64909", 2) == "203.0.113.7"


def test_no_other_header_is_looked_at() -> None:
    others = [
        "client-ip",
        "x-client-ip",
        "x-real-ip",
        "x-azure-clientip",
        "x-azure-socketip",
        "forwarded",
        "true-client-ip",
    ]

    assert client_address(dict.fromkeys(others, "203.0.113.7"), 1) == UNKNOWN


@given(ADDRESSES, st.none() | st.integers(1, 65_535), st.lists(ADDRESSES.map(str), max_size=4), FORGED)
def test_nothing_that_a_caller_puts_in_front_changes_who_it_is(
    caller: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int | None, hops: list[str], forged: str
) -> None:
    genuine = ", ".join([as_proxies_write(caller, port), *hops])
    proxies = 1 + len(hops)

    assert address(f"{forged},{genuine}", proxies) == address(genuine, proxies) != UNKNOWN


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_a_whole_64_is_one_caller(caller: ipaddress.IPv6Address, host: int) -> None:
    neighbour = ipaddress.IPv6Address(int(caller) >> 64 << 64 | host)

    assert caller.ipv4_mapped or neighbour.ipv4_mapped or address(str(caller)) == address(str(neighbour))


@given(FORGED, PROXIES)
def test_whatever_arrives_there_is_a_short_subject(forwarded: str, proxies: int) -> None:
    subject = address(forwarded, proxies)

    assert subject == UNKNOWN or ipaddress.ip_network(subject)
