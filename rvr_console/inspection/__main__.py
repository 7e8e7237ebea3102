"""The inspection program: looks at one hostile file inside its sandbox, says what it found, and ends."""

import resource
import socket
import sys

MEMORY_BYTES = 1_600_000_000
CPU_SECONDS = 20
FILM_CPU_SECONDS = 4 * 3600
"""A film is decoded only as far as the console asks, each time within the console's own limit."""
OPEN_FILES = 32
PROCESSES = 32


def confine(cpu_seconds: int = CPU_SECONDS) -> None:
    """The kernel's limits for this process, before a byte of the file is read. They cannot be raised again."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, PROCESSES),
    ):
        resource.setrlimit(what, (limit, limit))


def main() -> int:
    """Arguments: the number of the inherited socket; "film" when it is to be played."""
    film = "film" in sys.argv[2:]
    confine(FILM_CPU_SECONDS if film else CPU_SECONDS)
    from rvr_console.inspection.conversation import Conversation
    from rvr_console.inspection.look import look

    with socket.socket(fileno=int(sys.argv[1])) as link:
        talk = Conversation(link)
        talk.ready()
        order = talk.order()
        if order is not None and order.play:
            from rvr_console.inspection.playing import play

            play(order, talk)
        elif order is not None:
            facts, pixels = look(order, talk)
            talk.answer(facts, pixels)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
