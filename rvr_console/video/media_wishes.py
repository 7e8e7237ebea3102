"""What the console may ask of the media process, one method each; all answer False if the process is gone."""

from abc import ABC, abstractmethod

from pydantic import BaseModel

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.wire import media_messages as wire


def _track(kind: TrackKind) -> wire.PictureName:
    return "screen" if kind is TrackKind.SCREEN else "video"


class MediaWishes(ABC):
    """The control messages as methods."""

    @abstractmethod
    def send(self, message: BaseModel) -> bool:
        """Queue a control message."""

    def open_session(
        self,
        epoch: int,
        *,
        ice_servers: list[wire.IceServer] | None = None,
        relay_only: bool = False,
        officer_label: str = "OFFICER",
    ) -> bool:
        return self.send(
            wire.OpenSession(
                epoch=epoch, ice_servers=ice_servers or [], relay_only=relay_only, officer_label=officer_label
            )
        )

    def remote_offer(self, epoch: int, sdp: str) -> bool:
        return self.send(wire.RemoteOffer(epoch=epoch, sdp=sdp))

    def remote_candidate(
        self,
        epoch: int,
        candidate: str,
        sdp_mid: str | None,
        sdp_m_line_index: int | None,
        username_fragment: str | None = None,
    ) -> bool:
        return self.send(
            wire.RemoteCandidate(
                epoch=epoch,
                candidate=candidate,
                sdp_mid=sdp_mid,
                sdp_m_line_index=sdp_m_line_index,
                username_fragment=username_fragment,
            )
        )

    def send_data(self, epoch: int, content: bytes) -> bool:
        return self.send(wire.SendData(epoch=epoch, payload=wire.encode_payload(content)))

    def send_text(self, epoch: int, text: str) -> bool:
        return self.send(wire.SendData(epoch=epoch, payload=wire.encode_payload(text.encode()), text=True))

    def set_muted(self, muted: bool) -> bool:
        return self.send(wire.SetMuted(muted=muted))

    def set_camera(self, on: bool) -> bool:
        return self.send(wire.SetCamera(on=on))

    def set_paused(self, on: bool) -> bool:
        return self.send(wire.SetPaused(on=on))

    def request_key_frame(self, party: Party, kind: TrackKind = TrackKind.VIDEO) -> bool:
        return self.send(wire.RequestKeyFrame(party=party.value, track=_track(kind)))

    def set_view_size(self, party: Party, width: int, height: int, kind: TrackKind = TrackKind.VIDEO) -> bool:
        """The box in pixels that pictures of a track are to fit into; sizes beyond the limits are brought inside."""
        return self.send(
            wire.SetViewSize(
                party=party.value,
                track=_track(kind),
                width=min(max(width, 16), wire.MAX_VIEW_WIDTH),
                height=min(max(height, 16), wire.MAX_VIEW_HEIGHT),
            )
        )

    def show_whole(self, party: Party, kind: TrackKind, *, on: bool) -> bool:
        """While on, pictures of the track come as received, whatever size the view has."""
        return self.send(wire.ShowWhole(party=party.value, track=_track(kind), on=on))

    def close_session(self, epoch: int) -> bool:
        return self.send(wire.CloseSession(epoch=epoch))
