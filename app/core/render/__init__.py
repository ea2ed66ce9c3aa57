"""From a snapshot to pictures, sound and files: plan, compositor, mixer, export."""
