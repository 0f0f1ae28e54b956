"""The reading of one study, in a process of its own that knows nothing a reader must not know."""
