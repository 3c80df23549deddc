"""Mining: experts write instructions."""
