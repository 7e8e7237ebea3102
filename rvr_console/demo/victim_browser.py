"""The simulated victim: a real Chromium with a fake capture file, driven over its debugging port. No part of the console.

Run as a child: `python -m rvr_console.demo.victim_browser --profile DIR [--video CLIP --audio CLIP] [--show]`; prints {"browser": version} and
obeys JSON lines on standard input, answering each with {"ok": true, "value": ...} or {"ok": false, "error": "..."}:
{"do": "open", "url"} · {"do": "tap", "name"} · {"do": "type", "name", "text"} · {"do": "wait", "script", "seconds"} · {"do": "eval", "script"} ·
{"do": "files", "selector", "paths"} · {"do": "stats"} · {"do": "picture", "path"} · {"do": "reload"} · {"do": "tick", "name"} ·
{"do": "draw", "selector"}
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

FLAGS = (
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
)
SHOWN = (
    "--window-size=430,740",
    "--window-position=40,0",
    "--hide-crash-restore-bubble",
)  # stands whole on 1366×768
# Remembers the page's peer connections, so that getStats() can be read from outside. The page itself knows nothing of it.
REMEMBER_PEERS = """
window.__peers = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...given) { super(...given); window.__peers.push(this); }
};
"""
READ_STATS = """
async () => {
  const peers = [];
  for (const peer of window.__peers) {
    const reports = [];
    (await peer.getStats()).forEach(r => {
      if (["outbound-rtp", "inbound-rtp", "media-source", "candidate-pair"].includes(r.type)) reports.push(r);
    });
    peers.push({ state: peer.connectionState, reports });
  }
  return { at: performance.timeOrigin + performance.now(), peers };
}
"""


def chromium_path() -> str:
    """Debian's or the system's Chromium. Raises FileNotFoundError."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("Chromium is not installed")


class Victim:
    """What a person at the phone can do: open, tap, type, look."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._acts: dict[str, Callable[[dict[str, Any]], object]] = {
            "open": lambda o: self._goto(o["url"]),
            "tap": lambda o: page.get_by_role("button", name=o["name"], exact=True).first.click(
                timeout=1000 * o.get("seconds", 10)
            ),
            "type": lambda o: page.get_by_label(o["name"]).first.fill(o["text"]),
            "wait": lambda o: page.wait_for_function(
                o["script"], timeout=1000 * o.get("seconds", 20)
            ).json_value(),
            "eval": lambda o: page.evaluate(o["script"]),
            "files": lambda o: page.set_input_files(o["selector"], o["paths"]),
            "tick": lambda o: page.get_by_label(o["name"], exact=True).first.check(),
            "draw": lambda o: self._draw(o["selector"]),
            "stats": lambda _o: page.evaluate(READ_STATS),
            "picture": lambda o: bool(page.screenshot(path=o["path"])),
            "reload": lambda _o: bool(page.reload()),
        }

    def _goto(self, url: str) -> bool:
        opened = bool(self._page.goto(url))
        self._page.bring_to_front()
        return opened

    def _draw(self, selector: str) -> bool:
        """One stroke up and down across the pad, as a finger does it."""
        pad = self._page.locator(selector)
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        if box is None:
            return False
        mouse, (left, top), (wide, high) = (
            self._page.mouse,
            (box["x"], box["y"]),
            (box["width"], box["height"]),
        )
        mouse.move(left + 0.1 * wide, top + 0.5 * high)
        mouse.down()
        for step in range(1, 17):
            mouse.move(left + (0.1 + 0.05 * step) * wide, top + (0.5 + 0.3 * (-1) ** step) * high, steps=3)
        mouse.up()
        return True

    def obey(self, order: dict[str, Any]) -> dict[str, object]:
        try:
            return {"ok": True, "value": self._acts[order["do"]](order)}
        except Error as error:
            return {"ok": False, "error": str(error).splitlines()[0]}


def browser_arguments(video: str | None, audio: str | None) -> list[str]:
    """Chromium's flags, with our capture files if given."""
    flags = list(FLAGS)
    if video:
        flags.append(f"--use-file-for-fake-video-capture={video}")
    if audio:
        flags.append(f"--use-file-for-fake-audio-capture={audio}")
    if os.getuid() == 0:
        flags.append("--no-sandbox")
    return flags


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--video")
    parser.add_argument("--audio")
    parser.add_argument("--probe", type=Path, help="script that reads the page's own capture and figures")
    parser.add_argument("--show", action="store_true", help="in a window instead of headless")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # unwinds, so that the browser ends with us
    # What the browser keeps beside its profile is the phone's too; a short name, for its sockets stand there.
    with tempfile.TemporaryDirectory(prefix="rvr-phone-") as scratch, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(arguments.profile),
            executable_path=chromium_path(),
            headless=not arguments.show,
            args=[*browser_arguments(arguments.video, arguments.audio), *(SHOWN if arguments.show else ())],
            env={**os.environ, "TMPDIR": scratch},
            # A window that is shown scrolls what a small screen has no room for.
            viewport=None if arguments.show else {"width": 390, "height": 844},
            no_viewport=arguments.show,
            permissions=["camera", "microphone"],
        )
        context.add_init_script(REMEMBER_PEERS)
        if arguments.probe is not None:
            context.add_init_script(arguments.probe.read_text(encoding="utf-8"))
        page = context.pages[0] if context.pages else context.new_page()
        version = context.browser.version if context.browser else page.evaluate("navigator.userAgent")
        victim = Victim(page)
        sys.stdout.write(json.dumps({"browser": f"Chromium {version}"}) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            sys.stdout.write(json.dumps(victim.obey(json.loads(line))) + "\n")
            sys.stdout.flush()
        context.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
