"""The decisions of the activities Read and Adjudicate."""
