"""The media of the project: what was imported, how far it is, what is wrong."""
