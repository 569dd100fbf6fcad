"""Account pages: signing in, the second step, sessions, and how sure it is who somebody is."""
