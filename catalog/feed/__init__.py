"""The feed: events of what has changed in the mesh, in one durable order, for webhooks and those who listen."""
