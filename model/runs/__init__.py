"""The configuration, log and folder of a training run; no TensorFlow."""
