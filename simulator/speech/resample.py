"""Changes of sample rate that keep what a recogniser listens for.

`Downsampler` goes from 24 to 16 kHz in a stream, without a seam between pushes: a windowed sinc, flat to 7 kHz and
60 dB down where it would alias. `stretched` goes from any length to any other in one piece, for voices and files.
"""

from __future__ import annotations

import numpy as np

from simulator.speech.pcm import Samples

_TAPS = 64
_HALF = _TAPS // 2
_CUTOFF = 7500.0 / 24_000.0


def _kernel(shift: float) -> Samples:
    """Low-pass weights of the `_TAPS` inputs around a point `shift` samples after the middle one."""
    distance = np.arange(_TAPS) - (_HALF - 1) - shift
    window = np.i0(8.0 * np.sqrt(np.clip(1.0 - (distance / _HALF) ** 2, 0.0, 1.0)))
    weights = np.sinc(2.0 * _CUTOFF * distance) * window
    kernel: Samples = (weights / weights.sum()).astype(np.float32)
    return kernel


# The stream begins with `_TAPS` zeros, so its output is late by half of them and one: 33 samples in, 22 out.
_LAG = 22

# Of every three samples at 24 kHz two remain: one on a sample, one halfway between the two that follow it.
_ON, _BETWEEN = _kernel(0.0), _kernel(0.5)


class Downsampler:
    """24 kHz to 16 kHz in any number of pushes; the output lags the input by 1.4 ms."""

    def __init__(self) -> None:
        self._held = np.zeros(_TAPS, np.float32)

    def push(self, samples: Samples) -> Samples:
        """Samples at 16 kHz: two for every three put in so far."""
        held = np.concatenate([self._held, samples])
        triples = max(0, (len(held) - _TAPS + 1) // 3)
        out = np.empty(2 * triples, np.float32)
        if triples:
            windows = np.lib.stride_tricks.sliding_window_view(held, _TAPS)
            out[0::2] = windows[0 : 3 * triples : 3] @ _ON
            out[1::2] = windows[1 : 3 * triples : 3] @ _BETWEEN
        self._held = held[3 * triples :]
        return out


def to_16_khz(samples: Samples) -> Samples:
    """All of a recording at 24 kHz, at 16 kHz, without the lag of the stream."""
    tail = np.zeros(_HALF + 4, np.float32)
    out = Downsampler().push(np.concatenate([samples, tail]))
    return out[_LAG : _LAG + len(samples) * 2 // 3]


def stretched(samples: Samples, length: int) -> Samples:
    """The same sound over `length` samples: slower and lower if longer, or another rate if played at another rate.

    Done on the spectrum of the whole piece, so the ends should be near silence.
    """
    if length <= 0 or not len(samples):
        return np.zeros(0, np.float32)
    if length == len(samples):
        return samples
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(length // 2 + 1, np.complex128)
    bins = min(len(kept), len(spectrum))
    kept[:bins] = spectrum[:bins]
    return (np.fft.irfft(kept, length) * (length / len(samples))).astype(np.float32)
