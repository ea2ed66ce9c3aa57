"""What is kept: project files and the library. The only room that knows SQL."""
