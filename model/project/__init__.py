"""The project file, what people decided, and its cache, what was computed."""
