"""One file for each command of main.py."""
