"""What the brain says of a picture: its size and the colour that most of it has, and only when it is asked to look."""

from __future__ import annotations

import base64
import io
import struct
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import ManualClock
from simulator.parts import Prompt
from simulator.rules.brain import RuleBrain
from simulator.rules.pictures import colour_of, size_of

pytestmark = pytest.mark.anyio


def encoded(colour: tuple[int, int, int], size: tuple[int, int] = (64, 48), *, codec: str = "png") -> bytes:
    pixels = np.full((size[1], size[0], 3), colour, np.uint8)
    out = io.BytesIO()
    with av.open(out, "w", format="image2pipe") as container:
        stream = container.add_stream(codec)
        stream.width, stream.height = size
        stream.pix_fmt = "rgb24" if codec == "png" else "yuvj420p"
        for packet in [*stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")), *stream.encode()]:
            container.mux(packet)
    return out.getvalue()


def picture(data: bytes, kind: str = "png") -> dict[str, str]:
    return {"type": "input_image", "image_url": f"data:image/{kind};base64,{base64.b64encode(data).decode()}"}


def message(role: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": list(parts)}


def text(words: str) -> dict[str, str]:
    return {"type": "input_text", "text": words}


async def answer(*items: dict[str, Any]) -> str:
    return (await RuleBrain(ManualClock(0.0)).answer(Prompt("You are an assistant.", items))).text


@pytest.mark.parametrize("codec", ["png", "mjpeg"])
@pytest.mark.parametrize(
    ("colour", "name"),
    [((200, 30, 30), "red"), ((20, 60, 210), "blue"), ((250, 250, 250), "white"), ((30, 140, 50), "green")],
)
def test_size_and_colour_are_read(codec: str, colour: tuple[int, int, int], name: str) -> None:
    data = encoded(colour, codec=codec)
    assert size_of(data) == (64, 48)
    assert colour_of(data, (64, 48)) == name


async def test_a_picture_without_words_is_described() -> None:
    said = await answer(message("user", picture(encoded((200, 30, 30)))))
    assert said == "I see a picture, 64 by 48 pixels. Most of it is red."


async def test_one_shown_while_speaking_is_part_of_the_question() -> None:
    shown = message("user", picture(encoded((200, 30, 30))))
    assert "Most of it is red" in await answer(shown, message("user", text("What do you think of that?")))


async def test_an_earlier_picture_can_be_asked_about_and_disturbs_nothing_else() -> None:
    before = [message("user", picture(encoded((20, 60, 210)))), message("assistant", text("I see."))]
    assert "blue" in await answer(*before, message("user", text("Which colour is the picture?")))
    assert "Paris" in await answer(*before, message("user", text("What is the capital of France?")))


async def test_what_cannot_be_decoded_is_said() -> None:
    assert "cannot make it out" in await answer(message("user", picture(b"\xff\xd8\xff broken", "jpeg")))


def test_a_huge_picture_is_not_decoded() -> None:
    head = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + struct.pack(">II", 100_000, 100_000)
    size = size_of(head)
    assert size == (100_000, 100_000)
    assert colour_of(head, size) is None


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_no_bytes_break_it(data: bytes, head: bytes) -> None:
    size_of(head + data)
    colour_of(head + data, (10, 10))
