"""A 5x7 block alphabet for the test card: no font file is needed inside the sandbox."""

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 5, 7
# seven rows a letter, five bits a row, most significant bit at the left
_ROWS = {
    "A": "0E11111F111111", "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1E11111111111E",
    "E": "1F10101E10101F", "F": "1F10101E101010", "G": "0E11101713110F", "H": "1111111F111111",
    "I": "0E04040404040E", "J": "0702020202120C", "K": "11121418141211", "L": "1010101010101F",
    "M": "111B1515111111", "N": "11111915131111", "O": "0E11111111110E", "P": "1E11111E101010",
    "Q": "0E11111115120D", "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404",
    "U": "1111111111110E", "V": "11111111110A04", "W": "1111111515150A", "X": "11110A040A1111",
    "Y": "1111110A040404", "Z": "1F01020408101F", "0": "0E11131519110E", "1": "040C040404040E",
    "2": "0E11010204081F", "3": "1F02040201110E", "4": "02060A121F0202", "5": "1F101E0101110E",
    "6": "0608101E11110E", "7": "1F010204080808", "8": "0E11110E11110E", "9": "0E11110F01020C",
    "-": "0000001F000000", ":": "000C0C000C0C00", ".": "00000000000C0C", " ": "00000000000000",
}  # fmt: skip


def _letter(rows: str) -> NDArray[np.bool_]:
    numbers = bytes.fromhex(rows)
    return np.array([[bool(row >> (WIDTH - 1 - x) & 1) for x in range(WIDTH)] for row in numbers])


_LETTERS = {letter: _letter(rows) for letter, rows in _ROWS.items()}


def text_mask(text: str, scale: int) -> NDArray[np.bool_]:
    """Where the ink of `text` is: (7 * scale) x (6 * scale * len(text)) booleans. Unknown letters are blank."""
    blank = _LETTERS[" "]
    cells = [np.pad(_LETTERS.get(letter, blank), ((0, 0), (0, 1))) for letter in text.upper()]
    if not cells:
        return np.zeros((HEIGHT * scale, 0), dtype=np.bool_)
    return np.kron(np.hstack(cells), np.ones((scale, scale), dtype=np.bool_))
