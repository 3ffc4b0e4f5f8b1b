"""Between the two shapes of sound: PCM16 bytes as they travel, float32 samples (-1 to 1) as models want them.

Also the two cuts that every recording needs before a model hears it or a person hears its answer: silence off the
front and the back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator.parts import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

_WINDOW = SAMPLE_RATE // 100
_FAINTEST = 0.002


def samples_of(pcm: bytes) -> Samples:
    """Float samples of PCM16 little endian; an odd last byte is dropped."""
    return np.frombuffer(pcm, "<i2", count=len(pcm) // 2).astype(np.float32) / np.float32(32768.0)


def pcm_of(samples: Samples) -> bytes:
    """PCM16 little endian of float samples; what is louder than full scale is clipped."""
    return bytes((np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())


def silence(milliseconds: float) -> bytes:
    """That much digital silence."""
    return bytes(2 * int(SAMPLE_RATE * milliseconds / 1000))


def sounding(samples: Samples) -> tuple[int, int]:
    """First and last sample (exclusive) of what stands out from the recording's own noise; (0, 0) if nothing does.

    Looked at in windows of 10 ms. The noise is the quietest tenth of them, and sound is what exceeds it threefold and
    a hundredth of the loudest window too.
    """
    windows = len(samples) // _WINDOW
    if not windows:
        return 0, 0
    loudness = np.sqrt(np.mean(samples[: windows * _WINDOW].reshape(windows, _WINDOW) ** 2, axis=1))
    floor = float(np.quantile(loudness, 0.1))
    threshold = max(_FAINTEST, 0.01 * float(loudness.max()), min(3.0 * floor, 0.3 * float(loudness.max())))
    loud = np.flatnonzero(loudness > threshold)
    if not len(loud):
        return 0, 0
    return int(loud[0]) * _WINDOW, (int(loud[-1]) + 1) * _WINDOW


def trimmed(samples: Samples, before_ms: float, after_ms: float) -> Samples:
    """The sounding part with at most so much left before and after it; empty if nothing sounds."""
    first, last = sounding(samples)
    if last == 0:
        return samples[:0]
    start = max(0, first - int(SAMPLE_RATE * before_ms / 1000))
    return samples[start : last + int(SAMPLE_RATE * after_ms / 1000)]
