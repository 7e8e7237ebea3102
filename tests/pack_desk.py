"""A force's folder of packs with a publisher's key, for tests: write, spoil and sign."""

import json
from pathlib import Path
from typing import Any

from rvr_console.packs.pack_registry import PackRegistry, PackSources
from rvr_console.packs.pack_schema import FORMS
from rvr_console.packs.pack_signature import load_key, new_key, sign
from rvr_console.system.durable_file import DurableDisk


class Told:
    """An event sink that remembers."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def publish(self, event: object) -> None:
        self.events.append(event)


class PackDesk:
    """folder: the force's; kept: where the desk keeps accepted packs."""

    def __init__(self, root: Path) -> None:
        self.folder, self.kept = root / "force", root / "kept"
        self.folder.mkdir()
        self.key = root / "publisher.pem"
        self.publishers = root / "publishers.txt"
        self.publishers.write_text(f"{new_key(self.key, b'')} Northmoor\n")
        self.told = Told()

    def registry(self, *choices: str) -> PackRegistry:
        sources = PackSources(self.folder, self.publishers, self.kept, choices or ("risk=dash",))
        return PackRegistry(sources, DurableDisk(), self.told)

    def put(self, name: str, content: bytes, signature: str | None = "good") -> Path:
        """signature: "good" signs with the force's key, None leaves it away."""
        path = self.folder / name
        path.write_bytes(content)
        if signature is not None:
            text = sign(content, load_key(self.key, b"")) if signature == "good" else signature
            path.with_name(f"{name}.sig").write_text(text)
        return path


def bundled(name: str = "dash") -> dict[str, Any]:
    return json.loads((FORMS / f"{name}.json").read_text(encoding="utf-8"))


def as_bytes(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def tiny(**more: Any) -> dict[str, Any]:
    """The smallest pack."""
    items = [{"id": "a", "label": "A", "kind": "yes_no"}, {"id": "b", "label": "B", "kind": "text"}]
    section = {"id": "s", "label": "S", "items": items}
    found = {"format": "rvr-form-pack/1", "id": "tiny", "version": "1", "title": "Tiny", "kind": "needs"}
    return found | {"sections": [section]} | more
