import sys
from types import SimpleNamespace

from rvr_console.media import speaker
from rvr_console.media.speaker import Speaker, open_speaker


class Stream:
    """PortAudio's stream, as far as the speaker sees it."""

    def __init__(self, *, samplerate, channels, dtype, callback) -> None:
        assert (samplerate, channels, dtype) == (48_000, 1, "int16")
        self.callback, self.running = callback, False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def close(self) -> None:
        assert not self.running

    def take(self, frames) -> bytes:
        out = memoryview(bytearray(frames * 2))
        self.callback(out, frames, None, None)
        return bytes(out)


def test_samples_come_out_in_order_whatever_the_block_size_then_silence() -> None:
    player = Speaker(Stream)
    stream, sound = player._stream, bytes(range(240)) * 8
    for at in range(0, len(sound), 960):
        player.play(sound[at : at + 960])
    assert stream.take(100) + stream.take(600) + stream.take(400) == sound + bytes(2200 - len(sound))
    player.close()


def test_a_slow_device_never_makes_the_delay_grow() -> None:
    player = Speaker(Stream)
    for number in range(100):
        player.play(bytes([number]) * 960)
    assert player._bytes <= 19_200
    assert player.dropped == 80
    assert player._stream.take(1)[:1] == bytes([80])


def test_without_a_device_sound_is_not_played(monkeypatch, caplog) -> None:
    class PortAudioError(Exception):
        pass

    def refuse(**_settings):
        raise PortAudioError

    fake = SimpleNamespace(RawOutputStream=refuse, PortAudioError=PortAudioError)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    assert open_speaker() is None
    assert "no sound device" in caplog.text
    caplog.clear()
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert open_speaker() is None
    fake.RawOutputStream = Stream
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    assert isinstance(open_speaker(), speaker.Speaker)
