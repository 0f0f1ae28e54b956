"""Bytes that cannot be read by accident: not by a search, a preview or a look at the file.

The key lies in the same file, so this stops nobody who wants to know. The cipher is a stream of
SHAKE-256 over the key and a name that is used once, combined with the content by exclusive or.
"""

import hashlib

import numpy as np

from model.errors import UserError

KEY_BYTES = 32
_LENGTH_BYTES = 8
_CHECK_BYTES = 16


def seal(content: bytes, key: bytes, name: str, step: int) -> bytes:
    """Content that only `unseal` reads, filled up to a size that many contents share.

    Args:
        content: Anything.
        key: Of `KEY_BYTES`.
        name: What the content is; must be unique for the key.
        step: The size is a multiple of this, so that it tells next to nothing.
    """
    head = len(content).to_bytes(_LENGTH_BYTES, "big")
    plain = head + hashlib.sha256(content).digest()[:_CHECK_BYTES] + content
    filled = plain + bytes(-len(plain) % step)
    return _combined(filled, key, name)


def unseal(sealed: bytes, key: bytes, name: str) -> bytes:
    """What was sealed under this name.

    Raises:
        UserError: It is not what was sealed; the file is damaged.
    """
    plain = _combined(sealed, key, name)
    start = _LENGTH_BYTES + _CHECK_BYTES
    content = plain[start : start + int.from_bytes(plain[:_LENGTH_BYTES], "big")]
    if hashlib.sha256(content).digest()[:_CHECK_BYTES] != plain[_LENGTH_BYTES:start]:
        raise UserError("A part of the study is damaged; ask for the study file again.")
    return content


def _combined(content: bytes, key: bytes, name: str) -> bytes:
    stream = hashlib.shake_256(key + name.encode()).digest(len(content))
    mixed = np.frombuffer(content, np.uint8) ^ np.frombuffer(stream, np.uint8)
    return mixed.tobytes()
