"""British spelling by the kept dictionary; without it nothing is called wrong."""

import gc

import pytest

from rvr_console.documents.spelling import BUNDLED, Spelling


# The library leaves closing its two files to the collector of garbage.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.skipif(not BUNDLED.with_suffix(".dic").exists(), reason="the assets are not built")
async def test_british_words_are_right_and_slips_get_suggestions() -> None:
    spelling = Spelling()
    try:
        asked = frozenset({"colour", "neighbour’s", "realised", "recieve", "dorr", "z" * 200})
        assert await spelling.misspelt(asked) == {"recieve", "dorr"}
        assert (await spelling.suggestions("recieve"))[0] == "receive"
        assert await spelling.suggestions("z" * 200) == ()
    finally:
        spelling.close()
        gc.collect()


async def test_without_a_dictionary_nothing_is_wrong(tmp_path, caplog) -> None:
    spelling = Spelling(tmp_path / "none")
    try:
        assert await spelling.misspelt(frozenset({"recieve"})) == frozenset()
        assert await spelling.suggestions("recieve") == ()
    finally:
        spelling.close()
    assert "spelling is not checked" in caplog.text
    caplog.clear()
