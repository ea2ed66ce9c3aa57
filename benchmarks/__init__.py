"""Drivers that measure Insomnia beside its peers and print ratios."""
