"""The way between a person on some channel and the dialogue."""
