"""The words for a picture that claims more than it is opened for."""


def too_large(width: int, height: int) -> str:
    """For pictures and films of more than MAX_PIXELS: a small file can claim so many that opening it fills the memory."""
    return f"Too large to open safely: {width} × {height} pixels claimed, and at most 64 million are decoded."
