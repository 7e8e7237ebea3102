"""Text of many lines, made safe for a screen."""

from rvr_console.domain.plain_text import safe_lines


def test_nothing_reorders_hides_or_piles_up():
    assert safe_lines("a\u202eb\x1b[31m\x00\u200bc") == "a\\u202eb\\x1b[31m\\x00\\u200bc"
    assert safe_lines("1\r\n2\r3\u20284\x0c5") == "1\n2\n3\n4\n5"
    assert safe_lines("a\tb") == "a    b"
    piled = safe_lines("a" + "\u0301" * 20)
    assert piled.count("\u0301") == 6
    assert piled.count("\\u0301") == 14
    assert safe_lines("cafe\u0301 \U0001f469\u200d\U0001f467") == "cafe\u0301 \U0001f469\u200d\U0001f467"
