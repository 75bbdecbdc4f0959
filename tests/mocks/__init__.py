"""Ready mocks for test files."""
