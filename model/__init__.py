"""Everything that works without a screen; nothing here imports Qt."""

VERSION = "0.1.0"
