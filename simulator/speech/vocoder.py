"""Changes of pitch and tempo on what the model predicts, before it becomes sound: cleaner than changing the sound.

Hibari's network gives six curves, a column for each 12.5 ms: a spectrum driven by a pitch curve, noise, and a rest that
has phases of its own. Its signal processing turns them into a waveform.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.speech.pcm import Samples

_VOICED_HZ = 40.0
# The rest is sound at the pitch that the model chose itself. Under another pitch that is heard as roughness, so it is
# turned down while the voice sounds: by 10 dB where harmonics are strong, by nothing at 12 kHz.
_EASE = np.interp(np.arange(601), [150, 600], [-1.2, 0.0]).astype(np.float32)[:, None]


class Columns(NamedTuple):
    """The network's output: five spectra of shape (601, columns), natural logarithms or angles, and a pitch in Hz."""

    harmonics: Samples
    phases: Samples
    noise: Samples
    rest: Samples
    rest_phases: Samples
    pitch: Samples


def retimed(columns: Columns, factor: float) -> Columns:
    """The same speech, `factor` times as fast; pitch and resonances stay."""
    have = len(columns.pitch)
    want = max(2, round(have / factor))
    if want == have or have < 2:
        return columns
    at = np.clip((np.arange(want) + 0.5) * have / want - 0.5, 0, have - 1)
    left = np.minimum(at.astype(np.intp), have - 2)
    weight = (at - left).astype(np.float32)
    nearest = np.round(at).astype(np.intp)

    def blended(spectrum: Samples) -> Samples:
        return spectrum[:, left] * (1 - weight) + spectrum[:, left + 1] * weight

    return Columns(
        harmonics=blended(columns.harmonics),
        phases=blended(columns.phases),
        noise=blended(columns.noise),
        rest=blended(columns.rest),
        # Halfway between two angles, or between a pitch and none, means nothing.
        rest_phases=columns.rest_phases[:, nearest],
        pitch=columns.pitch[nearest],
    )


def repitched(columns: Columns, factor: float) -> Columns:
    """The same speech with its melody `factor` times as high; tempo and resonances stay."""
    if factor == 1.0:
        return columns
    rest = columns.rest + np.where(columns.pitch > _VOICED_HZ, _EASE, np.float32(0.0))
    return columns._replace(rest=rest, pitch=columns.pitch * np.float32(factor))
