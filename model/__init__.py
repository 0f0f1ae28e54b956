"""Everything that works without a screen; nothing here imports Qt."""
