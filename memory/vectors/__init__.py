"""The vector profile: Chroma, in a folder or on a server."""
