"""What the ``care`` command does, one module per command."""
