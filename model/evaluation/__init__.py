"""Arrays in, numbers out: metrics and their intervals."""
