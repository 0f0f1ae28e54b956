"""The panes of the activity Measure."""
