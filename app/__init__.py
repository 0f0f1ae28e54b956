"""The window. Panes show, controllers act, the session remembers, item models translate."""
