"""Where the rooms are put together for Django: settings, URLs, servers."""
