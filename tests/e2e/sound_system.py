"""A sound system of the test's own (PulseAudio), for a browser that has no microphone which plays a file.

Microphones are plugged in, spoken into and pulled out while a call goes on, and what comes out of the loudspeaker can
be recorded. No sound leaves it: all its devices are made up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.hearing import RATE, Recording, spans

START_SECONDS = 20


class SoundSystem:
    """It runs until `close`. A browser hears it that was started with `environment`."""

    def __init__(self) -> None:
        if os.name != "posix":
            pytest.skip("platform: PulseAudio is for POSIX systems")
        for program in ("pulseaudio", "pactl", "pacat"):
            if shutil.which(program) is None:
                pytest.skip(f"needs {program}: Debian's packages pulseaudio and pulseaudio-utils bring it")
        self._folder = tempfile.TemporaryDirectory()
        socket = Path(self._folder.name, "native")
        self.environment = {"PULSE_SERVER": f"unix:{socket}", "PULSE_COOKIE": f"{self._folder.name}/cookie"}
        modules = [
            f"module-native-protocol-unix socket={socket} auth-anonymous=1",
            "module-null-sink sink_name=loudspeaker rate=48000 sink_properties=device.description=Loudspeaker",
        ]
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--high-priority",
            "--log-level=error",
        ]
        own = {"HOME": self._folder.name, "XDG_RUNTIME_DIR": self._folder.name}
        self._server = subprocess.Popen(
            [*command, *(f"--load={one}" for one in modules)],
            env={**os.environ, **own, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._plugged: dict[str, list[str]] = {}
        self._speaking: list[subprocess.Popen[bytes]] = []
        self._await()

    def plug(self, name: str) -> None:
        """A microphone by this name: what is played into its other side is heard there."""
        sink = self._control("load-module", "module-null-sink", f"sink_name={name}_side", "rate=48000")
        source = self._control(
            "load-module",
            "module-remap-source",
            f"source_name={name}",
            f"master={name}_side.monitor",
            f"source_properties=device.description={name}",
        )
        self._plugged[name] = [source, sink]

    def pull(self, name: str) -> None:
        for module in self._plugged.pop(name):
            self._control("unload-module", module)

    def pull_all(self) -> None:
        for name in list(self._plugged):
            self.pull(name)

    def say(self, name: str, wav: Path) -> subprocess.Popen[bytes]:
        """Play the file into this microphone, from now on; whoever wants to know when it is over waits for it."""
        command = ["pacat", "--playback", "--file-format=wav", f"--device={name}_side", str(wav)]
        self._speaking.append(subprocess.Popen(command, env={**os.environ, **self.environment}))
        return self._speaking[-1]

    def listen(self) -> Heard:
        """Record the loudspeaker from now on."""
        return Heard({**os.environ, **self.environment}, Path(self._folder.name, "heard.raw"))

    def close(self) -> None:
        for process in [*self._speaking, self._server]:
            process.terminate()
            process.wait()
        self._folder.cleanup()

    def _control(self, *words: str) -> str:
        done = subprocess.run(
            ["pactl", *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            encoding="utf-8",
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"pactl {' '.join(words)}: {done.stderr}"
        return done.stdout.strip()

    def _await(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._server.poll() is None:
            try:
                self._control("info")
            except AssertionError:
                time.sleep(0.05)
            else:
                return
        self.close()
        raise AssertionError("PulseAudio does not start")


class Heard:
    """What comes out of the loudspeaker."""

    def __init__(self, environment: dict[str, str], into: Path) -> None:
        self._file = into
        # What is still on its way when the recording ends is lost: without being asked for less, two seconds.
        form = ["--raw", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=200"]
        command = ["pacat", "--record", *form, "--device=loudspeaker.monitor", str(into)]
        self._process = subprocess.Popen(command, env=environment)

    def out(self) -> Recording:
        """All of it, ended when half a second long nothing came any more; as the assistant's side of a recording."""
        told = len(self._so_far())
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            time.sleep(0.25)
            sound = self._so_far()
            if len(sound) > told + RATE and not spans(sound[-RATE // 2 :]):
                sound = self.stop()
                return Recording(sound, sound)
        raise AssertionError("it is never silent, or nothing is recorded any more")

    def stop(self) -> np.ndarray:
        """End it; float samples from -1 to 1, 24 000 a second."""
        self._process.terminate()
        self._process.wait()
        return self._so_far()

    def _so_far(self) -> np.ndarray:
        if not self._file.exists():
            return np.zeros(0, np.float32)
        sound = self._file.read_bytes()
        return np.frombuffer(sound[: len(sound) // 2 * 2], dtype="<i2").astype(np.float32) / 32768
