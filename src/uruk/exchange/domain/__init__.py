"""The rules of the exchange: no input or output, no clock."""
