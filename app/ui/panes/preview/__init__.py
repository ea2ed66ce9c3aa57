"""The program monitor: the picture at the playhead, and time running."""
