"""A small writer of TOML (version 1.0): tables of plain values, as `tomllib` reads them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def to_toml(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of strings, numbers, booleans and lists of them; None values are left out.

    Raises:
        TypeError: A value of another kind.
    """
    return "\n".join(_table(name, values) for name, values in tables.items())


def _table(name: str, values: Mapping[str, Any]) -> str:
    lines = (
        f"{_key(key)} = {_value(value)}\n" for key, value in values.items() if value is not None
    )
    return f"[{_key(name)}]\n" + "".join(lines)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else json.dumps(name)


def _value(value: Any) -> str:
    # JSON writes strings as TOML's basic strings, and true and false alike.
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    raise TypeError(f"TOML has no place for {type(value).__name__}")
