"""STUN to the byte: the RFC's own messages, what we send, what counts as an answer, and bytes of ill will."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devtools.doctor import stun
from devtools.doctor.stun import Answer
from tests.integration.far_end import FarEnd

PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"
TRANSACTION = bytes.fromhex("b7e7a701bc34d686fa87dfae")
REQUEST = bytes.fromhex(
    "00010058 2112a442 b7e7a701bc34d686fa87dfae"
    "80220010 5354554e207465737420636c69656e74"
    "00240004 6e0001ff"
    "80290008 932ff9b151263b36"
    "00060009 6576746a3a68367659202020"
    "00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004 e57a3bcf"
)
"""RFC 5769, section 2.1: a request with both seals."""

RESPONSES = [
    bytes.fromhex(
        "0101003c 2112a442 b7e7a701bc34d686fa87dfae"
        "8022000b 7465737420766563746f7220"
        "00200008 0001a147e112a643"
        "00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7"
        "80280004 c07d4c96"
    ),
    bytes.fromhex(
        "01010048 2112a442 b7e7a701bc34d686fa87dfae"
        "8022000b 7465737420766563746f7220"
        "00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        "00080014 a382954e4be67bf11784c97c8292c275bfe3ed41"
        "80280004 c8fb0b4c"
    ),
]
"""RFC 5769, sections 2.2 and 2.3: the responses, over IPv4 and IPv6."""

SIGNED, SEALED = 32, 8
"""How far from the end of these messages MESSAGE-INTEGRITY and FINGERPRINT begin."""


def check(**changed: object) -> bytes:
    told = {"username": "evtj:h6vY", "password": PASSWORD, "tie_breaker": b"12345678", **changed}
    return stun.request(TRANSACTION, **told)  # type: ignore[arg-type]


def reply(kind: int, *attributes: bytes, password: str | None = PASSWORD, sealed: bool = True) -> bytes:
    """A message of that kind, signed and sealed if told so."""
    message = struct.pack("!HHI12s", kind, 0, stun.MAGIC_COOKIE, TRANSACTION) + b"".join(attributes)
    if password is not None:
        message += struct.pack("!HH", stun.MESSAGE_INTEGRITY, 20) + stun.integrity(message, password)
    if sealed:
        message += struct.pack("!HH", stun.FINGERPRINT, 4) + stun.fingerprint(message)
    return message[:2] + struct.pack("!H", len(message) - 20) + message[4:]


def error(code: int) -> bytes:
    return struct.pack("!HHHBB", stun.ERROR_CODE, 4, 0, *divmod(code, 100))


@pytest.mark.parametrize("message", [REQUEST, *RESPONSES], ids=["request", "IPv4", "IPv6"])
def test_the_seals_of_the_rfc_s_own_messages_are_ours(message: bytes) -> None:
    assert stun.integrity(message[:-SIGNED], PASSWORD) == message[-SIGNED + 4 : -SEALED]
    assert stun.fingerprint(message[:-SEALED]) == message[-SEALED + 4 :]


@pytest.mark.parametrize("message", RESPONSES, ids=["IPv4", "IPv6"])
def test_the_rfc_s_own_responses_are_answers(message: bytes) -> None:
    assert stun.read(message, REQUEST, PASSWORD) == Answer(0, signed=True)
    assert stun.read(message, check(), PASSWORD).is_the_peer  # type: ignore[union-attr]


def test_a_check_holds_what_a_browser_s_does_and_nominates_nothing() -> None:
    message = check()
    assert message[:20] == bytes.fromhex("0001 0044 2112a442") + TRANSACTION
    assert message[20:-SIGNED] == bytes.fromhex(
        "00060009 6576746a3a68367659000000"  # USERNAME
        "00240004 6effffff"  # PRIORITY of an address that the check itself makes known
        "802a0008 3132333435363738"  # ICE-CONTROLLING
    )
    assert len(message) == 20 + 0x44


def test_another_implementation_takes_it_for_good() -> None:
    with FarEnd(tcp="closed", ufrag="evtj", password=PASSWORD) as far:
        (answer,) = far.replies("udp", check())
        assert stun.read(answer, check(), PASSWORD) == Answer(0, signed=True)
        (refusal,) = far.replies("udp", check(password="another"))
        assert stun.read(refusal, check(), PASSWORD) == Answer(401, signed=False)
        (refusal,) = far.replies("udp", check(username="nobody:h6vY"))
        assert stun.read(refusal, check(), PASSWORD) == Answer(401, signed=False)
        assert far.asked == ["udp"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (reply(stun.SUCCESS), Answer(0, signed=True)),
        (reply(stun.SUCCESS, sealed=False), Answer(0, signed=True)),
        (reply(stun.SUCCESS, password=None), Answer(0, signed=False)),
        (reply(stun.SUCCESS, error(487)), Answer(0, signed=True)),
        (reply(stun.REFUSAL, error(487)), Answer(487, signed=True)),
        (reply(stun.REFUSAL, error(420), password=None), Answer(420, signed=False)),
        (reply(stun.REFUSAL), Answer(500, signed=True)),
        (reply(stun.SUCCESS, password="another"), None),
        (reply(stun.REQUEST), None),
        (reply(0x0011), None),
        (b"", None),
        (RESPONSES[0][:19], None),
        (RESPONSES[0][:-4], None),
        (RESPONSES[0] + b"more", None),
        (RESPONSES[0][:-1] + b"\x97", None),
        (RESPONSES[0][:40] + b"\xff" + RESPONSES[0][41:], None),
        (RESPONSES[0][:4] + b"\x21\x12\xa4\x43" + RESPONSES[0][8:], None),
        (RESPONSES[0][:8] + b"another tran" + RESPONSES[0][20:], None),
        (reply(stun.SUCCESS, struct.pack("!HH", 0x8022, 9), password=None, sealed=False), None),
        (reply(stun.SUCCESS, struct.pack("!HH", 0x8022, 1_600) + bytes(1_600)), None),
    ],
    ids=[
        "success", "no fingerprint", "not signed", "success with an error in it", "role conflict", "unknown attribute",
        "refusal without a reason", "signed with another password", "the other side's own check", "indication",
        "nothing", "less than a head", "cut off", "too long", "wrong fingerprint", "changed on the way",
        "another cookie", "another transaction", "attribute beyond the end", "longer than a packet",
    ],
)  # fmt: skip
def test_only_a_whole_and_honest_answer_counts(message: bytes, expected: Answer | None) -> None:
    assert stun.read(message, REQUEST, PASSWORD) == expected


def test_an_honest_answer_to_another_question_is_none_to_this() -> None:
    another = stun.request(b"another tran", username="a:b", password=PASSWORD, tie_breaker=bytes(8))
    assert stun.read(RESPONSES[0], another, PASSWORD) is None


def test_what_stands_after_the_signature_is_not_believed() -> None:
    signed = reply(stun.REFUSAL, sealed=False)
    later = signed[:2] + struct.pack("!H", len(signed) - 12) + signed[4:] + error(487)
    assert stun.read(later, REQUEST, PASSWORD) == Answer(500, signed=True)


@given(st.binary(max_size=200))
@example(b"\x01\x01\x00\x04")
def test_any_bytes_are_an_answer_or_nothing(message: bytes) -> None:
    assert stun.read(message, REQUEST, PASSWORD) is None


@given(st.sampled_from([stun.SUCCESS, stun.REFUSAL]), st.binary(max_size=400))
def test_neither_do_any_bytes_behind_a_good_head_raise(kind: int, rest: bytes) -> None:
    rest += bytes(-len(rest) % 4)
    message = struct.pack("!HHI12s", kind, len(rest), stun.MAGIC_COOKIE, TRANSACTION) + rest
    answer = stun.read(message, REQUEST, PASSWORD)
    assert answer is None or not answer.signed


@given(st.data())
def test_a_signed_answer_in_which_one_byte_is_changed_is_none_of_the_peer_s(data: st.DataObject) -> None:
    message = bytearray(reply(stun.SUCCESS, data.draw(st.sampled_from(RESPONSES))[20:-SIGNED], sealed=False))
    at = data.draw(st.integers(0, len(message) - 1))
    message[at] ^= data.draw(st.integers(1, 255))
    answer = stun.read(bytes(message), REQUEST, PASSWORD)
    assert answer is None or not answer.is_the_peer
