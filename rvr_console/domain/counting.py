"""Numbers with their nouns, as plain English has them."""


def counted(number: int, noun: str, many: str = "") -> str:
    """Like "1 paragraph", "1,204 paragraphs", "1 entry" and "2 entries". many: where it is not the noun and an s."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
