"""Folders of a run as they go to the hub: data sets, models and the report."""
