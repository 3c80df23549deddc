"""Python environments that hash locks pin."""
