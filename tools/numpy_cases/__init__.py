"""The cases that `record_numpy_cases.py` records, by what they are about."""
