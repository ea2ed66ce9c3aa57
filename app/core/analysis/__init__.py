"""What a film contains: sinks that the import pass feeds, and decisions made from their scores."""
