"""Gold answers, their certainty, and the training sets."""
