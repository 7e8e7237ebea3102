"""Programs that the console starts and must end: they die with it, however it dies, and their end is told."""

import contextlib
import json
import logging
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from rvr_console.errors import ServiceDownError

log = logging.getLogger(__name__)
READY_SECONDS = 20.0
STOP_SECONDS = 5.0
# For the kernel's death signal (prctl(2), PR_SET_PDEATHSIG) the parent is the thread that forked: a child started by a thread that ends, such
# as the one that saw another child die, would be ended with it. So one thread that never ends forks them all.
_FORKS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forks")


def dying_with_parent(command: Sequence[str]) -> list[str]:
    """The command, wrapped so that the kernel ends it when our process ends, even by kill -9 (Linux; util-linux setpriv)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *command] if setpriv else list(command)


class ChildProcess:
    """One child. Its first line on standard output must be a JSON object: that is its ready message."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        on_exit: Callable[[int], None] | None = None,
    ) -> None:
        self.name = name
        self._command = dying_with_parent(command)
        self._env = env
        self._on_exit = on_exit
        self._stopping = False
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None

    def start(self) -> dict[str, object]:
        """Start, wait for the ready message and return it. Raises ServiceDownError with the child's own words if it ends first."""
        self._process = _FORKS.submit(self._fork).result()
        last_words: list[str] = []
        stderr_reader = threading.Thread(
            target=self._drain, args=(self._process, last_words), name=f"{self.name}-stderr", daemon=True
        )
        stderr_reader.start()
        deadline = threading.Timer(READY_SECONDS, self._process.kill)
        deadline.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else b""
        finally:
            deadline.cancel()
            deadline.join()
        try:
            ready = json.loads(line)
        except ValueError:
            self._process.kill()
            self._process.wait()
            stderr_reader.join(STOP_SECONDS)
            self._close_pipes()
            raise ServiceDownError(
                f"The {self.name} program did not start. {' '.join(last_words[-2:])}".strip(),
                kept="Nothing was changed.",
                todo="Mend what it says, then start again.",
            ) from None
        self._watcher = threading.Thread(
            target=self._watch, args=(stderr_reader,), name=f"{self.name}-watch", daemon=True
        )
        self._watcher.start()
        return dict(ready)

    def _fork(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._env,
        )

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def order(self, message: dict[str, object]) -> None:
        """Send one JSON line to the child's standard input. Raises ServiceDownError when it is gone."""
        try:
            if self._process is None or self._process.stdin is None:
                raise BrokenPipeError
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise ServiceDownError(f"The {self.name} program is gone.", todo="Start it again.") from error

    def answer(self) -> dict[str, object]:
        """The child's next JSON line on standard output. Raises ServiceDownError when it is gone."""
        line = self._process.stdout.readline() if self._process and self._process.stdout else b""
        if not line:
            raise ServiceDownError(f"The {self.name} program is gone.", todo="Start it again.")
        return dict(json.loads(line))

    def stop(self) -> None:
        """End it: ask, wait, then force. Safe to call twice."""
        self._stopping = True
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (
            (self._process.stdin, self._process.stdout, self._process.stderr) if self._process else ()
        ):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _drain(self, process: "subprocess.Popen[bytes]", last_words: list[str]) -> None:
        for line in process.stderr or ():
            words = line.decode(errors="replace").rstrip()
            last_words.append(words)
            del last_words[:-20]
            log.info("%s: %s", self.name, words)

    def _watch(self, stderr_reader: threading.Thread) -> None:
        code = self._process.wait() if self._process else 0
        stderr_reader.join(STOP_SECONDS)
        if not self._stopping:
            log.error("the %s program ended by itself, code %s", self.name, code)
            if self._on_exit is not None:
                self._on_exit(code)
