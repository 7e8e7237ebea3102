"""Command line of the console and its programs. Exit codes: 0 well, 1 found wrong, 2 wrongly called."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from rvr_console import __version__
from rvr_console.errors import KnownError
from rvr_console.system.no_dumps import forbid_dumps

# Each program loads only what it needs: the gateway never sees Qt, the console never sees the gateway.
PROGRAMS: dict[str, tuple[str, str]] = {
    "run": ("rvr_console.app.run_command", "the console (default)"),
    "demo": (
        "rvr_console.demo.command",
        "the console on the sample day, with everything it needs started here",
    ),
    "gateway": ("rvr_console.gateway", "the victim's page and the relay of sealed signalling"),
    "cad-simulator": ("rvr_console.cad_simulator", "a stand-in control room"),
    "pack": ("rvr_console.app.pack_command", "check, preview and sign form packs"),
    "replica-key": ("rvr_console.app.replica_command", "keep the access key of the vault's cold copy"),
    "verify": ("rvr_console.app.verify_command", "verify sealed recordings"),
}


def usage() -> str:
    lines = [
        f"rvr-console {__version__}",
        "",
        "usage: rvr-console [PROGRAM] [OPTIONS]   (PROGRAM --help for each)",
        "",
    ]
    lines += [f"  {name:<14} {what}" for name, (_module, what) in PROGRAMS.items()]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named program."""
    forbid_dumps()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] in (["-h"], ["--help"], ["help"]):
        print(usage())
        return 0
    if given[:1] == ["--version"]:
        print(__version__)
        return 0
    name = "run" if not given or given[0].startswith("-") else given.pop(0)
    if name not in PROGRAMS:
        print(f"There is no program “{name}”.\n\n{usage()}", file=sys.stderr)
        return 2
    program: Callable[[Sequence[str]], int] = import_module(PROGRAMS[name][0]).main
    try:
        return program(given)
    except KnownError as error:
        print(error.in_words(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
