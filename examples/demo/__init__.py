"""The same small API on WSGI, Flask and Django, and a page that asks all three."""
