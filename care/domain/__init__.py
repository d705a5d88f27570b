"""Plain Python: no SQL, no dialogue engine, no network, no clock, no files."""
