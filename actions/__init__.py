"""Rasa custom actions: each reads the tracker, asks care, and speaks through responses."""
