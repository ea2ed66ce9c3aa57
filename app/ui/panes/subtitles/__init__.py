"""The subtitles beside the picture: read, corrected, timed and parted while the film plays."""
