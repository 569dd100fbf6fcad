"""The gateway: the process that carries messages between information systems and other gateways. No Django."""
