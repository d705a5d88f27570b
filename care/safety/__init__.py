"""Notices danger in a text and answers with help, without network, engine or database."""
