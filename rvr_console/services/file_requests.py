"""The officer asks the person in the call for a photo or a file; nothing is sent before the person says so."""

from rvr_console.domain.access import Act, User
from rvr_console.domain.consultation import Consultation, LinkState
from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work
from rvr_console.services.open_calls import OpenCalls

# Shown on the device as they are: they say nothing of what it is about.
WORDS = {"photo": "Please take or choose a photo.", "file": "Please choose a file."}
_THERE = frozenset({LinkState.LIVE, LinkState.PAUSED})


class FileRequests:
    def __init__(self, desk: Desk, calls: OpenCalls) -> None:
        self._desk = desk
        self._calls = calls

    async def ask_for_file(self, consultation_id: str, what: str) -> None:
        """what: "photo" or "file". Logged, then shown on the device. Raises RefusedError when nobody is in the call."""

        def ask(work: Work, _user: User, consultation: Consultation) -> None:
            if consultation.link not in _THERE:
                raise RefusedError(
                    "Nobody is in the call to be asked.",
                    kept="Nothing was changed.",
                    todo="Ask again when the person is back.",
                )
            work.log(CustodyAct.FILE_ASKED, consultation_id, what=what)

        await self._desk.on_case(Act.CONSULT, consultation_id, ask)
        self._calls.ask_for_file(consultation_id, what, WORDS[what])
