"""One consultation on one page: safety questions, link, waiting room, call, notes, CAD log, close."""
