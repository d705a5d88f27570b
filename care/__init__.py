"""The domain of Mental-Health-Care: all that would be true without any chat platform or dialogue engine."""
