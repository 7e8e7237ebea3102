"""The gateway: serves the victim's page, relays sealed signalling, keeps which links are open. Runs in the DMZ."""

from rvr_console.gateway.program import main

__all__ = ["main"]
