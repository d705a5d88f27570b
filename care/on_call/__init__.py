"""Notices to the people whom the operator has on call."""
