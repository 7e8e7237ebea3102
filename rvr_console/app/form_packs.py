"""Which packs of forms this desk uses, by settings and policy."""

from pathlib import Path

from rvr_console.domain.ports import Disk, EventSink
from rvr_console.domain.record_layout import BlockLayout
from rvr_console.packs.pack_registry import PackRegistry, PackSources
from rvr_console.packs.record_layouts import load_layouts
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


def open_packs(
    sources: PackSources | None, paths: AppPaths, disk: Disk, events: EventSink
) -> tuple[PackRegistry, tuple[BlockLayout, ...]]:
    """Forms, and the layout of the text for the records system. Sources None: the defaults.

    Raises KnownError: something bundled was altered, or a choice cannot be read.
    """
    used = sources or pack_sources(Settings(), paths)
    layouts, _refused = load_layouts(used, disk, events)
    return PackRegistry(used, disk, events), layouts
