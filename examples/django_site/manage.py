"""Django's command line for this site: ``python manage.py runserver`` in this folder.

The orders are then at http://127.0.0.1:8000/api/orders.
"""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    execute_from_command_line(sys.argv)
