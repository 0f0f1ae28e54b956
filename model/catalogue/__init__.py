"""Which images there are, and what their data set records of them."""
