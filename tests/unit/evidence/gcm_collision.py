"""The attack that the key commitment is there for: one AES-GCM ciphertext that opens under two keys.

GHASH is linear: one free block of ciphertext is enough to make the tags under both keys equal (Dodis, Grubbs,
Ristenpart, Woodage, "Fast Message Franking", CRYPTO 2018, section 3). NIST SP 800-38D for the arithmetic.
"""

import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_R = 0xE1 << 120
_ONE = 1 << 127


def _multiply(left: int, right: int) -> int:
    product, shifted = 0, right
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= shifted
        shifted = (shifted >> 1) ^ (_R if shifted & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    result = _ONE
    while exponent:
        if exponent & 1:
            result = _multiply(result, base)
        base = _multiply(base, base)
        exponent >>= 1
    return result


def _block(key: bytes, data: bytes) -> int:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(encryptor.update(data), "big")


def _tag_without_free_block(key: bytes, nonce: bytes, aad: bytes, ciphertext: bytes) -> tuple[int, int]:
    """The tag when the last ciphertext block is zero, and the hash key."""
    hash_key = _block(key, bytes(16))
    padded = aad + bytes(-len(aad) % 16) + ciphertext
    padded += (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    total = 0
    for start in range(0, len(padded), 16):
        total = _multiply(total ^ int.from_bytes(padded[start : start + 16], "big"), hash_key)
    return total ^ _block(key, nonce + b"\x00\x00\x00\x01"), hash_key


def collide(first: tuple[bytes, bytes], second: tuple[bytes, bytes], aad: bytes) -> bytes:
    """Ciphertext (32 bytes) and tag that open under (key, nonce) of both."""
    chosen = os.urandom(16)
    tags, squares = [], []
    for key, nonce in (first, second):
        tag, hash_key = _tag_without_free_block(key, nonce, aad, chosen + bytes(16))
        tags.append(tag)
        squares.append(_multiply(hash_key, hash_key))
    free = _multiply(tags[0] ^ tags[1], _power(squares[0] ^ squares[1], 2**128 - 2))
    tag = tags[0] ^ _multiply(free, squares[0])
    return chosen + free.to_bytes(16, "big") + tag.to_bytes(16, "big")
