"""The data model, one module a chapter."""
