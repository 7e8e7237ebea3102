"""WCAG 2.2 AA as far as a program can tell: axe-core on every view, light and dark."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from rvr_console.wire import signals

AXE = Path(__file__).parents[2] / "resources" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONNECTED = "() => document.getElementById('stage-message').hidden && document.getElementById('remote').videoWidth > 0"


def violations(page) -> list[str]:
    result = page.evaluate("(values) => axe.run(document, { runOnly: { type: 'tag', values } })", RULES)
    assert "color-contrast" in {one["id"] for one in result["passes"]}
    found = result["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


def test_first_view(phone, gateway):
    """A quick one of the sweep below."""
    phone.add_init_script(path=AXE)
    phone.goto(gateway.url + "#0123456789abcdefghjkmnpqrs")
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    assert violations(phone) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view(phone, desk, scheme):
    phone.emulate_media(color_scheme=scheme)
    phone.add_init_script(path=AXE)
    phone.goto(desk.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    found = {"check": violations(phone)}
    phone.click("#not-working")
    found["help"] = violations(phone)
    phone.click("#try-again")
    desk.admits = False
    desk.take_files()
    phone.click("#continue")
    desk.wait("knock")
    desk.send(signals.Announce(text="In a moment."))
    expect(phone.locator(".chat__text")).to_be_visible()
    phone.fill("#message", "thank you")
    phone.click("#send")
    expect(phone.locator(".chat__message--own")).to_contain_text("Sending")
    found["wait"] = violations(phone)
    desk.admit()
    phone.wait_for_function(CONNECTED)
    desk.send(signals.RecordingState(state="recording", elapsed_s=1.0))
    expect(phone.locator("#recording-words")).to_have_text("Recording picture and sound")
    found["call"] = violations(phone)
    phone.click("#chat")
    found["chat"] = violations(phone)
    phone.click("#chat-close")
    phone.click("#file")
    phone.set_input_files("#pick-file", [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}])
    expect(phone.locator("#files-send")).to_be_visible()
    found["files"] = violations(phone)
    phone.click("#files-send")
    expect(phone.locator(".file__status")).to_have_text("Received")
    found["received"] = violations(phone)
    phone.click("#files-close")
    phone.click("#leave")
    found["leave"] = violations(phone)
    phone.click("#ask-yes")
    found["left"] = violations(phone)
    assert found == {view: [] for view in found}
