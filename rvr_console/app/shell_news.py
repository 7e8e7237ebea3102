"""What the window's frame says whatever page is open: services up or down, the running recording, faults."""

from collections.abc import Callable

from rvr_console.domain import events
from rvr_console.domain.recording import RecorderState
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.main_window import MainWindow
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.widgets.banner import Banner
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.top_bar import ServiceState

SERVICES = {"cad": "CAD", "gateway": "Gateway", "storage": "Storage"}


class ShellNews:
    def __init__(self, window: MainWindow, bridge: QtBridge) -> None:
        self._window = window
        self._services = {name: ServiceState(word) for name, word in SERVICES.items()}
        self._consultation: ConsultationPresenter | None = None
        self._set_cad_up: Callable[[bool], None] = lambda _up: None
        window.top_bar.set_services(self._services.values())
        bridge.subscribe(events.ServiceStateChanged, self._service_changed)
        bridge.subscribe(events.RecorderStatusChanged, self._recorder_changed)
        bridge.subscribe(events.Fault, self._fault)

    def join(self, consultation: ConsultationPresenter, set_cad_up: Callable[[bool], None]) -> None:
        """The pages that the news concern, once they are made."""
        self._consultation, self._set_cad_up = consultation, set_cad_up

    def _service_changed(self, event: events.ServiceStateChanged) -> None:
        name = SERVICES.get(event.name, event.name)
        tone = Tone.OK if event.up else Tone.DANGER
        self._services[event.name] = ServiceState(name, tone, "" if event.up else "down")
        self._window.top_bar.set_services(self._services.values())
        if event.name == "cad":
            self._set_cad_up(event.up)
        if event.up:
            self._window.banners.clear(event.name)
        else:
            kept = {
                "cad": "Your actions are kept here and go by themselves.",
                "gateway": "The recording goes on; it reconnects by itself.",
            }
            self._window.banners.put(
                event.name, Banner(Tone.WARN, f"{name} is down.", kept.get(event.name, event.words))
            )

    def _recorder_changed(self, event: events.RecorderStatusChanged) -> None:
        status = event.status
        state = self._consultation.state if self._consultation is not None else None
        if status.state in (RecorderState.RECORDING, RecorderState.PAUSED) and state is not None:
            paused = status.state is RecorderState.PAUSED
            self._window.top_bar.rec_mark.set_recording(
                status.recorded_us / 1e6, state.incident.short_reference, paused=paused
            )
        else:
            self._window.top_bar.rec_mark.stop()

    def _fault(self, event: events.Fault) -> None:
        if self._window.current_page == "consultation":
            return  # the page shows it itself
        banner = Banner(Tone.WARN, event.what, " ".join(p for p in (event.kept, event.todo) if p), "Dismiss")
        self._window.banners.put("fault", banner).acted.connect(lambda: self._window.banners.clear("fault"))
