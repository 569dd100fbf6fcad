"""Looking over cases afterwards: found by number or by state, replayed act by act, each receipt checked."""
