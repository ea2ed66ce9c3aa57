"""The scenes found in the media, to be put on the timeline."""
