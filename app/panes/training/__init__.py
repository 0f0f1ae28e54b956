"""What the activity Train shows: choices, counts, preview, curves and runs."""
