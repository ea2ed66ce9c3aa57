"""``insomnia gui --script``: the real window driven by a list of steps, for tests, pictures and measurements."""
