#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from dctech.localdb import LocalDBError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dctech.settings")
    try:
        execute_from_command_line(sys.argv)
    except LocalDBError as error:
        sys.exit(f"The embedded DynamoDB: {error}")
