"""The Web Feature Service: versions 1.0.0, 1.1.0, 2.0.0 and 2.0.2."""
