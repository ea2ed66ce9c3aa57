"""Insomnia Video Editor: scenes and speech first, nothing lost, exports that say what they did."""

__version__ = "0.1.0"
