"""One caller's ledger: the sliding window, places, seconds, and what is refused with which wait."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from voicemint.errors import LimitReached, MinutesUsedUp, RateLimited, StorageUnavailable, TooManyCalls, UnknownCall
from voicemint.limits import ledger
from voicemint.limits.ledger import DAY_SECONDS, GRACE_SECONDS, Ledger, Policy, decode, encode

POLICY = Policy(starts_per_minute=3, open_calls=2, seconds_per_day=3600, call_seconds=1000, starts_per_day=1000)
MIDNIGHT = 20_000.0 * DAY_SECONDS
NOON = MIDNIGHT + 43_200


def name(number: int) -> str:
    return f"{number:032x}"


def opened(*at: float, policy: Policy = POLICY) -> Ledger:
    """A ledger with a call opened at each of these times, named by their places."""
    held = Ledger()
    for number, now in enumerate(at):
        held, _ = ledger.open_call(held, policy, now, name(number))
    return held


def test_one_start_too_many_waits_for_the_oldest_to_leave_the_window() -> None:
    held = Ledger()
    for now in (NOON, NOON + 10, NOON + 20.5):
        held = ledger.start(held, POLICY, now)
    with pytest.raises(RateLimited) as refused:
        ledger.start(held, POLICY, NOON + 30.2)
    assert refused.value.retry_after == 30
    assert ledger.start(held, POLICY, NOON + 60).starts == (NOON + 10, NOON + 20.5, NOON + 60)


def test_a_limit_that_was_lowered_waits_until_enough_have_left() -> None:
    held = Ledger(starts=(NOON, NOON + 10, NOON + 20))
    with pytest.raises(RateLimited) as refused:
        ledger.start(held, replace(POLICY, starts_per_minute=1), NOON + 30)
    assert refused.value.retry_after == 50


def test_a_start_of_a_clock_that_was_far_ahead_does_not_count_and_one_a_little_ahead_does() -> None:
    held = ledger.start(Ledger(starts=(NOON + 5, NOON + 9000)), POLICY, NOON)
    assert held.starts == (NOON, NOON + 5)


def test_an_open_call_reserves_a_whole_call() -> None:
    held, call = ledger.open_call(Ledger(), POLICY, NOON, name(1))
    assert (call.id, call.upstream_id, call.started_at, call.ends_at) == (name(1), None, NOON, NOON + 1000)
    assert (held.seconds, held.day, held.starts) == (1000, 20_000, (NOON,))


def test_the_last_call_of_a_day_gets_what_is_left() -> None:
    held = opened(NOON, NOON + 100, policy=replace(POLICY, seconds_per_day=1030))
    assert [call.ends_at - call.started_at for call in held.calls] == [1000, 30]


def test_less_than_half_a_minute_is_not_worth_a_call() -> None:
    with pytest.raises(MinutesUsedUp) as refused:
        opened(NOON, NOON + 100, policy=replace(POLICY, seconds_per_day=1029))
    assert refused.value.retry_after == 43_100


def test_calls_may_be_shorter_than_that() -> None:
    policy = replace(POLICY, call_seconds=10, seconds_per_day=60)
    assert opened(NOON, policy=policy).seconds == 10


def test_too_many_calls_wait_for_the_first_to_end() -> None:
    held = opened(NOON, NOON + 60)
    with pytest.raises(TooManyCalls) as refused:
        ledger.open_call(held, POLICY, NOON + 100.5, name(9))
    assert refused.value.retry_after == 900


def test_a_call_that_nobody_closed_frees_its_place_after_a_grace() -> None:
    held = opened(NOON, NOON + 60)
    with pytest.raises(TooManyCalls) as refused:
        ledger.open_call(held, POLICY, NOON + 1060, name(9))
    assert refused.value.retry_after == GRACE_SECONDS - 60
    held, _ = ledger.open_call(held, POLICY, NOON + 1000 + GRACE_SECONDS, name(9))
    assert [call.id for call in held.calls] == [name(1), name(9)]
    assert held.seconds == 3000


def test_a_refusal_of_a_call_is_not_a_start() -> None:
    held = opened(NOON, NOON + 1)
    with pytest.raises(TooManyCalls):
        ledger.open_call(held, POLICY, NOON + 2, name(9))
    assert held.starts == (NOON, NOON + 1)


def test_closing_gives_back_what_was_not_used_once() -> None:
    held, call = ledger.close(opened(NOON), NOON + 100, name(0))
    assert call is not None
    assert (held.calls, held.seconds) == ((), 100)
    assert ledger.close(held, NOON + 200, name(0)) == (held, None)


def test_a_clock_that_is_behind_gives_back_no_more_than_was_taken() -> None:
    held, _ = ledger.close(opened(NOON, NOON), NOON - 30, name(1))

    assert held.seconds == 1000


def test_closing_late_gives_nothing_back() -> None:
    held, call = ledger.close(opened(NOON), NOON + 1050, name(0))
    assert call is not None
    assert held.seconds == 1000


def test_a_call_over_midnight_counts_on_the_day_it_started() -> None:
    late = MIDNIGHT - 100
    held, call = ledger.close(opened(late), MIDNIGHT + 1, name(0))
    assert call is not None
    assert (held.day, held.seconds) == (20_000, 0)
    held, _ = ledger.open_call(opened(late), POLICY, MIDNIGHT + 1, name(1))
    assert held.seconds == 1000
    assert ledger.close(held, MIDNIGHT + 2, name(0))[0].seconds == 1000


def test_a_clock_a_little_behind_does_not_bring_yesterday_back() -> None:
    held = opened(MIDNIGHT + 1)
    assert ledger.start(held, POLICY, MIDNIGHT - 1).seconds == 1000


def test_connecting_names_the_call_and_only_that() -> None:
    held, call = ledger.connect(opened(NOON, NOON + 1), NOON + 2, name(1), "rtc_one")
    assert [one.upstream_id for one in held.calls] == [None, "rtc_one"]
    assert ledger.find(held, NOON + 2, name(1)) == call


@pytest.mark.parametrize("upstream_id", ["", "a b", "a" * 201, "é", "a\n"])
def test_what_could_not_be_read_again_is_not_stored(upstream_id: str) -> None:
    with pytest.raises(ValueError, match="upstream id"):
        ledger.connect(opened(NOON), NOON, name(0), upstream_id)


def test_an_unknown_call() -> None:
    held = opened(NOON)
    with pytest.raises(UnknownCall):
        ledger.find(held, NOON, name(7))
    with pytest.raises(UnknownCall):
        ledger.connect(held, NOON, name(7), "rtc_one")
    with pytest.raises(UnknownCall):
        ledger.find(held, NOON + 1000 + GRACE_SECONDS, name(0))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"starts": ["1"]}',
        b'{"seconds": -1}',
        b'{"seconds": "0"}',
        b'{"day": 1.5}',
        b'{"other": 1}',
        b'{"calls": [{"id": "short", "upstream_id": null, "started_at": 1, "ends_at": 2}]}',
        b'{"calls": [{"id": "00000000000000000000000000000001", "started_at": 1}]}',
    ],
)
def test_an_unreadable_ledger_is_not_an_empty_one(content: bytes) -> None:
    with pytest.raises(StorageUnavailable):
        decode(content, Ledger)


def test_no_ledger_is_an_empty_one() -> None:
    assert decode(None, Ledger) == Ledger()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        decode(content, Ledger)
    except StorageUnavailable:
        return


@dataclass
class ModelCall:
    started_at: float
    seconds: float
    closed_at: float | None = None


@dataclass
class Model:
    """Everything that was ever let through."""

    starts: list[float] = field(default_factory=list)
    calls: dict[str, ModelCall] = field(default_factory=dict)

    def used(self, day: int, now: float) -> float:
        """Seconds of the calls that started on `day`: what was used of the closed ones, else what is reserved."""
        total = 0.0
        for call in self.calls.values():
            if ledger.day_of(call.started_at) == day:
                until = call.started_at + call.seconds if call.closed_at is None else call.closed_at
                total += min(until - call.started_at, call.seconds)
        return total

    def open(self, now: float) -> list[str]:
        return [
            key
            for key, call in self.calls.items()
            if call.closed_at is None and now < call.started_at + call.seconds + GRACE_SECONDS
        ]


class Sequences(RuleBasedStateMachine):
    """Any order of starting, opening, closing and waiting, held against a list of everything that happened."""

    @initialize(
        starts=st.integers(1, 5),
        calls=st.integers(1, 3),
        day=st.integers(60, 4000),
        call=st.integers(10, 2000),
        now=st.sampled_from([NOON, MIDNIGHT - 900, MIDNIGHT - 30]),
    )
    def begin(self, starts: int, calls: int, day: int, call: int, now: float) -> None:
        self.policy = Policy(starts, calls, day, call, 1000)
        self.now = now
        self.held = Ledger()
        self.model = Model()

    @rule(seconds=st.one_of(st.floats(0, 90), st.integers(0, 3000).map(float), st.just(60.0)))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def start(self) -> None:
        try:
            self.held = ledger.start(self.held, self.policy, self.now)
        except RateLimited as refused:
            self.would_pass_after(refused, lambda now: ledger.start(self.held, self.policy, now))
        else:
            self.model.starts.append(self.now)

    @rule()
    def open(self) -> None:
        key = name(len(self.model.calls))
        left = self.policy.seconds_per_day - self.model.used(ledger.day_of(self.now), self.now)
        try:
            self.held, call = ledger.open_call(self.held, self.policy, self.now, key)
        except MinutesUsedUp:
            assert left < min(30, self.policy.call_seconds) + 1e-3
        except LimitReached:
            pass
        else:
            self.model.starts.append(self.now)
            self.model.calls[key] = ModelCall(self.now, call.ends_at - call.started_at)
            assert math.isclose(call.ends_at - call.started_at, min(left, self.policy.call_seconds), abs_tol=1e-3)

    @precondition(lambda self: self.model.calls)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model.calls)))
        was_open = key in self.model.open(self.now)
        self.held, call = ledger.close(self.held, self.now, key)
        assert (call is not None) == was_open
        if was_open:
            self.model.calls[key].closed_at = self.now

    @invariant()
    def nothing_is_exceeded(self) -> None:
        if not hasattr(self, "model"):
            return
        starts = self.model.starts
        for at in starts:
            assert sum(at - 60 < other <= at for other in starts) <= self.policy.starts_per_minute
        assert len(self.model.open(self.now)) <= self.policy.open_calls
        for day in {ledger.day_of(call.started_at) for call in self.model.calls.values()}:
            assert self.model.used(day, self.now) <= self.policy.seconds_per_day + 1e-3
        assert decode(encode(self.held), Ledger) == self.held
        assert len(self.held.starts) <= self.policy.starts_per_minute
        assert len(self.held.calls) <= self.policy.open_calls

    def would_pass_after(self, refused: LimitReached, attempt: object) -> None:
        """The wait that a refusal names is enough, and a second less is not."""
        assert callable(attempt)
        assert refused.retry_after is not None
        attempt(self.now + refused.retry_after + 1e-3)
        if refused.retry_after > 1:
            with pytest.raises(RateLimited):
                attempt(self.now + refused.retry_after - 1.001)


TestSequences = Sequences.TestCase
