"""The only home of TensorFlow: build, train and compile networks, and Grad-CAM in Keras."""

import os

# Read once, when TensorFlow is imported: its notes on the machine are no news to the user, and
# what really fails arrives as an exception.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
