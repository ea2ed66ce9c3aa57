"""The timeline pane: tracks of clips, painted by hand, edited with the mouse."""
