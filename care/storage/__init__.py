"""What is kept, encrypted, in a database."""
