"""The list of slow work: what runs, how far it is, how it ended."""
