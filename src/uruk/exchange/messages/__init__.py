"""What travels: statements, header parts, frames between gateways, errors as programs see them."""
