"""Sign-off of proposed changes over HTTP and on the command line."""
