"""Tables as boxes of bits, proved exactly."""
