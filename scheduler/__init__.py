"""What happens because time passes: it fills the outbox."""
