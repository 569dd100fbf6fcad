"""Looking cases over: found by number or in lists, replayed act by act, with the rules as they stood."""
