"""Which packs of forms this desk uses, by settings and policy."""

from pathlib import Path

from rvr_console.packs.pack_registry import PackSources
from rvr_console.settings import Settings
from rvr_console.system.app_paths import AppPaths


def pack_sources(settings: Settings, paths: AppPaths) -> PackSources:
    """The force's folder and publishers, if set; accepted packs are kept in the data folder."""
    return PackSources(
        folder=Path(settings.packs_folder) if settings.packs_folder else None,
        publishers=Path(settings.pack_publishers) if settings.pack_publishers else None,
        kept=paths.data / "packs",
        choices=settings.pack_choices,
    )
