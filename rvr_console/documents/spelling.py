"""British spelling by Hunspell's rules (spylls, pure Python) and the dictionary of dictionary-en-gb, on a thread of its own."""

import asyncio
import itertools
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from spylls.hunspell import Dictionary

log = logging.getLogger(__name__)
BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "vendor" / "dictionary" / "en-GB"
MOST_SUGGESTIONS = 5
MOST_LETTERS = 40  # no English word is longer; suggestions for such take minutes


class Spelling:
    """The dictionary is read at the first question (some seconds); without its files every word counts as right.

    spylls is plain Python: it shares the interpreter with everything else, so it has one thread and short answers.
    """

    def __init__(self, dictionary: Path = BUNDLED) -> None:
        """dictionary: path of the .aff and .dic files without their endings."""
        self._path = dictionary
        self._dictionary: Dictionary | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spelling")
        self._missing = False

    async def misspelt(self, words: frozenset[str]) -> frozenset[str]:
        return await asyncio.wrap_future(self._worker.submit(self._misspelt, words))

    async def suggestions(self, word: str) -> tuple[str, ...]:
        """At most MOST_SUGGESTIONS, the likeliest first."""
        return await asyncio.wrap_future(self._worker.submit(self._suggestions, word))

    def close(self) -> None:
        """Join the thread; questions still waiting are dropped."""
        self._worker.shutdown(cancel_futures=True)

    def _misspelt(self, words: frozenset[str]) -> frozenset[str]:
        found = self._open()
        if found is None:
            return frozenset()
        short = (word for word in words if len(word) <= MOST_LETTERS)
        return frozenset(word for word in short if not found.lookup(word.replace("’", "'")))

    def _suggestions(self, word: str) -> tuple[str, ...]:
        found = self._open()
        if found is None or len(word) > MOST_LETTERS:
            return ()
        return tuple(itertools.islice(found.suggest(word.replace("’", "'")), MOST_SUGGESTIONS))

    def _open(self) -> Dictionary | None:
        if self._dictionary is None and not self._missing:
            try:
                self._dictionary = Dictionary.from_files(str(self._path))
            except OSError:
                self._missing = True
                log.warning("no dictionary at %s: spelling is not checked", self._path)
        return self._dictionary
