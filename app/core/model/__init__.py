"""The document: frozen dataclasses and tuples, and what must always be true of them."""
