"""Request bodies as bytes: JSON written in every way, JSON that was damaged, and what was never JSON."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.fuzz.json_values import NUMBERS, SDP, Schema, anything, fitting, nearly

ODD: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\0",
    b"{}",
    b"[]",
    b"null",
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b'{"persona": "\xff"}',
    b'{"persona": "\\ud800"}',
    b'{"persona": "\\udfff\\ud800"}',
    b'{"\\ud800": 1}',
    b'{"persona": "a", "persona": "a"}',
    b'{"persona": "assistant", "p\\u0065rsona": "assistant"}',
    b'{"speed": 1e400}',
    b'{"speed": -1e400}',
    b'{"speed": 1' + b"0" * 5000 + b"}",
    b'{"speed": 0.' + b"1" * 20_000 + b"}",
    b'{"speed": NaN}',
    b'{"speed": Infinity}',
    b'{"speed": 01}',
    b'{"speed": +1}',
    b"[" * 30_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b"{" + b",".join(b'"f%d": %d' % (n, n) for n in range(5000)) + b"}",
    b"{}" + b" " * 65_535,
    b" " * 65_534 + b"{}",
    b'{"persona": "' + b"p" * 70_000 + b'"}',
    b"persona=assistant&voice=alloy",
    b"--x\r\nContent-Disposition: form-data; name=sdp\r\n\r\nv=0\r\n--x--",
    SDP.encode(),
    json.dumps({"sdp": "v=0\r\n" + "a" * 40_000}).encode(),
    json.dumps({"sdp": "v=0\r\n" + "a" * 32_763}).encode(),
    json.dumps({"sdp": "v=0\r\n" + "a" * 32_764}).encode(),
    json.dumps({"sdp": "v=0\r\nPOST / HTTP/1.1\r\n\r\n"}).encode(),
    json.dumps({"sdp": "v=0\r\n\0"}).encode(),
    json.dumps({"sdp": "v=0"}).encode(),
    json.dumps({"sdp": "V=0\r\n"}).encode(),
    b'{"sdp": "v=0\\r\\n", "sdp": "v=0\\r\\n"}',
)


def draw(schema: Schema, components: Schema, rng: random.Random) -> bytes:
    """A body for an operation that takes `schema`."""
    drawn = rng.random()
    if drawn < 0.1:
        return rng.choice(ODD)
    if drawn < 0.15:
        return rng.randbytes(rng.choice([1, 7, 60, 3000]))
    value: Any = fitting(schema, components, rng)
    if drawn < 0.6:
        return written(value, rng)
    if drawn < 0.85:
        return written(nearly(value, components[schema["$ref"].rpartition("/")[2]], rng), rng)
    if drawn < 0.93:
        return damaged(written(value, rng), rng)
    return written(rng.choice([anything(rng), list(NUMBERS)]), rng)


def written(value: Any, rng: random.Random) -> bytes:
    """JSON of `value`, with or without escapes and white space."""
    return json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 2])).encode()


def damaged(body: bytes, rng: random.Random) -> bytes:
    """`body` with a few bytes changed, taken out, put in or cut off."""
    changed = bytearray(body)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(changed) + 1)
        drawn = rng.randrange(4)
        if drawn == 0 and at < len(changed):
            changed[at] = rng.randrange(256)
        elif drawn == 1:
            del changed[at : at + rng.randint(1, 5)]
        elif drawn == 2:
            changed[at:at] = rng.choice([b"\0", b"\xff", b'"', b"}", b",", b"\\u0000", b"/*x*/", b"\r\n"])
        else:
            del changed[at:]
    return bytes(changed)
