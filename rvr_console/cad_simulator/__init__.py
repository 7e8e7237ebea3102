"""A stand-in control room (CAD) with its own database and HTTP interface; its incidents are invented."""

from rvr_console.cad_simulator.program import main

__all__ = ["main"]
