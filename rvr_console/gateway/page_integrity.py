"""What the page's own first file says of the others, and one hash over all of them, for whoever watches from outside.

Subresource Integrity (W3C) for style sheets and scripts; modules that other modules import are named in an import map
(HTML Standard, 8.1.6.2), which browsers that do not know its "integrity" ignore.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping

from rvr_console.errors import StorageError

_LINKED = re.compile(r'<(?:link rel="stylesheet" href|script type="module" src)="([^"]+)"')
_FIRST_SCRIPT = '<script type="module"'


def _sri(data: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def with_integrity(index: bytes, files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """The first file with its parts' hashes written in, and the policy's source for the import map ("" without modules).

    files: by URL path. Raises StorageError: a file is named that is not there, or has no module script to put the map before.
    """
    html = index.decode("utf-8")

    def sealed(match: re.Match[str]) -> str:
        data = files.get("/" + match[1])
        if data is None:
            raise StorageError(
                f"The join page names {match[1]}, which is not there.", todo="Build the page first."
            )
        return f'{match[0]} integrity="{_sri(data)}"'

    html = _LINKED.sub(sealed, html)
    modules = {"." + path: _sri(data) for path, data in sorted(files.items()) if path.endswith(".js")}
    if not modules or _FIRST_SCRIPT not in html:
        return html.encode(), ""
    script = json.dumps({"integrity": modules}, separators=(",", ":"))
    html = html.replace(_FIRST_SCRIPT, f'<script type="importmap">{script}</script>\n{_FIRST_SCRIPT}', 1)
    source = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return html.encode(), f"'sha256-{source}'"


def page_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256, hex, over path || 00 || length u64 big-endian || bytes of every file as served, in order of the paths' bytes."""
    total = hashlib.sha256()
    for path, data in sorted(files.items(), key=lambda item: item[0].encode()):
        total.update(path.encode() + b"\0" + len(data).to_bytes(8, "big") + data)
    return total.hexdigest()
