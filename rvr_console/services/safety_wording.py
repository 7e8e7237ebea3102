"""The safety questions in the words of the safety pack in force, for the Safety tab and for what is said about them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.domain.form import PackKind
from rvr_console.domain.form_packs import FormPacks
from rvr_console.domain.form_structure import all_items
from rvr_console.errors import KnownError

SafetyWords = Callable[[datetime], Mapping[str, str]]


class SafetyWording:
    """One source of the wording: a force's pack reaches the form, the tab and the note alike."""

    def __init__(self, packs: FormPacks) -> None:
        self._packs = packs

    def at(self, moment: datetime) -> Mapping[str, str]:
        """By question id, in the order of SAFETY_QUESTIONS. Without a pack in force (a setting names none) by plain names."""
        try:
            pack = self._packs.current(PackKind.SAFETY, moment)
        except KnownError:
            return plain_names(moment)
        labels = {item.id: item.label for item in all_items(pack)}
        return {question: labels[question] for question in SAFETY_QUESTIONS}


def plain_names(_moment: datetime) -> Mapping[str, str]:
    """What the questions are about, where no pack says how they are asked."""
    return {question: question.replace("_", " ").capitalize() for question in SAFETY_QUESTIONS}
