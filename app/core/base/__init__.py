"""The ground floor: time, ids, errors, events, log, files. Imports nothing of ours."""
