"""The engine: everything the editor does, without a window and without SQL."""
