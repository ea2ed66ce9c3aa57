"""Edits: pure functions from a project to the next one, with the drawings that explain them."""
