"""Words about the shared screen and what was asked of the phone."""

from rvr_console.domain.call import Asked

TURN_CAMERA = "Flip"
STOP_SHARE = "Stop share"
ONLY_WHILE_LIVE = "Only while the picture is there"
SHARED = "Screen shared"
SHARED_SCREEN_OF = "Shared screen of {name}"
SHARE_BEGAN = "{name} shares a screen."
SHARE_ENDED = "The shared screen has ended."
MARK_BEGAN = "Screen shared"
MARK_ENDED = "Screen share ended"

ASKED = {
    Asked.SHARE: "Asked for a shared screen",
    Asked.STOP_SHARE: "",
    Asked.OTHER_CAMERA: "Asked for the other camera",
}
ANSWERS = {
    (Asked.SHARE, "declined"): "No screen: not wanted",
    (Asked.SHARE, "unable"): "No screen: this device cannot share, ask for a screenshot",
    (Asked.SHARE, "failed"): "No screen: the browser did not give it",
    (Asked.OTHER_CAMERA, "done"): "Camera turned round",
    (Asked.OTHER_CAMERA, "declined"): "Camera not turned: not wanted",
    (Asked.OTHER_CAMERA, "unable"): "Camera not turned: there is no other",
    (Asked.OTHER_CAMERA, "failed"): "Camera not turned: the other did not start",
}
