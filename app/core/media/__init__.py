"""The only reader and writer of media files: safe opening, probing, indexing, decoding, encoding."""
