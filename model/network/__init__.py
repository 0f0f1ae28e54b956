"""The only home of TensorFlow: build, train and compile networks, and Grad-CAM in Keras."""
