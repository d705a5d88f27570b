"""Text in, meaning out."""
