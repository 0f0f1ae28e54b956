"""Readings and decisions as other programs write and want them.

`read_readings` recognises a file by its columns and gives `ImportedReadings`: rows, and what was
wrong with which line. Each module beside it knows one form, reads it and writes it.
"""
