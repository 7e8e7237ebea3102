import os
import signal
import subprocess
import sys
import threading

import pytest

from rvr_console.errors import ServiceDownError
from rvr_console.system.child_process import ChildProcess

ECHO = "import sys, json; print(json.dumps({'port': 1}), flush=True)\nfor line in sys.stdin: print(line, end='', flush=True)"


def test_ready_order_answer_stop():
    child = ChildProcess("echo", [sys.executable, "-c", ECHO])
    assert child.start() == {"port": 1}
    child.order({"say": "hello"})
    assert child.answer() == {"say": "hello"}
    child.stop()
    child.stop()
    assert not child.running


def test_a_child_that_refuses_to_start_says_why():
    child = ChildProcess("gateway", [sys.executable, "-c", "import sys; sys.exit('port 80 is taken')"])
    with pytest.raises(ServiceDownError, match="port 80 is taken"):
        child.start()


def test_a_death_is_told(caplog):
    ended = threading.Event()
    child = ChildProcess("echo", [sys.executable, "-c", ECHO], on_exit=lambda _code: ended.set())
    child.start()
    os.kill(child.pid, signal.SIGKILL)
    assert ended.wait(10)
    with pytest.raises(ServiceDownError):
        child.order({"say": "hello"})
        child.order({"say": "again"})
    child.stop()
    caplog.clear()


def test_a_child_outlives_the_thread_that_started_it():
    child = ChildProcess("echo", [sys.executable, "-c", ECHO])
    starter = threading.Thread(target=child.start)
    starter.start()
    starter.join()
    with pytest.raises(subprocess.TimeoutExpired):
        child._process.wait(0.5)
    child.order({"say": "still here"})
    assert child.answer() == {"say": "still here"}
    child.stop()


def test_children_die_with_a_killed_parent():
    script = (
        "import sys, time\nfrom rvr_console.system.child_process import ChildProcess\n"
        f"c = ChildProcess('echo', [sys.executable, '-c', {ECHO!r}])\nc.start()\nprint(c.pid, flush=True)\nsys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    fd = os.pidfd_open(pid)
    parent.kill()
    parent.communicate()
    import select

    assert select.select([fd], [], [], 10)[0], "the child outlived its parent"
    os.close(fd)
