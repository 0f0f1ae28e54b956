"""Paints photographs of skin lesions that nobody has: the parts of `draw.py`."""
