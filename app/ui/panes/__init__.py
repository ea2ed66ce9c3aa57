"""The panes of the window. They never import each other."""
