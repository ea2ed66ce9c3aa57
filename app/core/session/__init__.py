"""One open project: snapshot, history, actions, settings, and the import of media."""
