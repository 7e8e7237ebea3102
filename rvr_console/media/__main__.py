"""``python -m rvr_console.media``: started by `rvr_console.video.media_link`, never by hand."""

import argparse
import asyncio
import logging
import mmap
import os
import socket
import sys

from rvr_console.wire import media_messages as wire
from rvr_console.wire import picture_memory


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rvr_console.media")
    parser.add_argument("--link-fd", type=int, required=True)
    parser.add_argument("--picture", action="append", default=[], metavar="PARTY.TRACK:FD:NAME")
    parser.add_argument("--allow-loopback", action="store_true")
    parser.add_argument("--confined", action="store_true")
    parser.add_argument("--sound", action="store_true")
    return parser.parse_args()


def _no_core_dumps() -> None:
    """A core file of this process would hold what people said and showed."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def _run(arguments: argparse.Namespace) -> None:
    # imported late: the engine takes a moment, and a wrong call should not wait for it
    from rvr_console.media import engine
    from rvr_console.media.console_link import ConsoleLink
    from rvr_console.media.pictures import PictureThread, PictureWriter
    from rvr_console.media.process import MediaProcess
    from rvr_console.media.speaker import open_speaker

    if arguments.allow_loopback:
        engine.allow_loopback()
    link = ConsoleLink(socket.socket(fileno=arguments.link_fd))
    speaker = open_speaker() if arguments.sound else None
    link.send(
        wire.Ready(
            pid=os.getpid(),
            confined=arguments.confined,
            engine=engine.engine_name(),
            sound=speaker is not None,
        )
    )
    writers: dict[wire.PictureOf, PictureWriter] = {}
    for slot in arguments.picture:
        track, descriptor, name = slot.split(":", 2)
        of = wire.picture_named(track)
        writers[of] = PictureWriter(mmap.mmap(int(descriptor), picture_memory.CAPACITY))
        link.send(wire.PictureSlot(party=of[0], track=of[1], name=name, capacity=picture_memory.CAPACITY))
    pictures = PictureThread(writers)
    process = MediaProcess(link, pictures, speaker)
    link.start(asyncio.get_running_loop(), process.receive, process.end)
    try:
        await process.run()
    finally:
        if speaker is not None:
            speaker.close()
        pictures.close()
        link.close()


def main() -> int:
    arguments = _arguments()
    _no_core_dumps()
    logging.basicConfig(level=logging.WARNING, format="media %(levelname)s %(name)s %(message)s")
    asyncio.run(_run(arguments))
    return 0


if __name__ == "__main__":
    # the engine's own threads may hang a normal exit: everything of ours is closed by now
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)
