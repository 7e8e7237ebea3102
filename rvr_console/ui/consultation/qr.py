"""QR codes (ISO/IEC 18004) by segno."""

import segno


def qr_matrix(text: str) -> list[list[bool]]:
    """Rows of modules, True = dark, without quiet zone; error correction M."""
    return [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]
