"""The command line: the engine with words instead of a window."""
