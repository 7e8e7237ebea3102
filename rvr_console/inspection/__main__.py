"""The inspection program: looks at one hostile file inside its sandbox, says what it found, and ends."""

import resource
import socket
import sys

MEMORY_BYTES = 1_600_000_000
CPU_SECONDS = 20
OPEN_FILES = 32
PROCESSES = 32


def confine() -> None:
    """The kernel's limits for this process, before a byte of the file is read. They cannot be raised again."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, PROCESSES),
    ):
        resource.setrlimit(what, (limit, limit))


def main() -> int:
    """Argument: the number of the inherited socket."""
    confine()
    from rvr_console.inspection.conversation import Conversation
    from rvr_console.inspection.look import look

    with socket.socket(fileno=int(sys.argv[1])) as link:
        talk = Conversation(link)
        talk.ready()
        order = talk.order()
        if order is not None:
            facts, pixels = look(order, talk)
            talk.answer(facts, pixels)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
