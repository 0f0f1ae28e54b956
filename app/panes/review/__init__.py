"""The panes of the activities Read and Adjudicate."""
