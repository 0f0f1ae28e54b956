"""The folder of a classifier, and OpenVINO: classify and explain, without TensorFlow."""
