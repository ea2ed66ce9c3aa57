"""Everything slow: pools of threads, priorities, progress that cancels, shutdown that joins."""
