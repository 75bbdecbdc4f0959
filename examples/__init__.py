"""A training program as a user would write it, and its tests."""
