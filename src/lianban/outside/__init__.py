"""The doors to the world outside: time, settings, database, files, printing. One module each."""
