"""Downloads of data sets and models, checked against checksums."""
