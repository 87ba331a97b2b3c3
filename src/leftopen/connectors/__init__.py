"""One connector per data store, each registered by entry point; see :mod:`leftopen.connector`."""
