"""Speech to words, by a service or another engine, and words to cues. The only room that talks to a network."""
