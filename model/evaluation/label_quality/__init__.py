"""Which recorded labels a classifier doubts: labels and probabilities in, ranked suspects out."""
