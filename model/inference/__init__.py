"""A data set through a classifier: decode, infer, store, go on."""
