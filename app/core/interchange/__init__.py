"""Projects of other programs, in and out, each with a report of what was lost."""
