#!/usr/bin/env python
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from pynamodb.exceptions import PynamoDBException

from dctech.localdb import LocalDBError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dctech.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"A setting is wrong: {error}")
    except LocalDBError as error:
        sys.exit(f"The embedded DynamoDB: {error}")
    except (PynamoDBException, BotoCoreError, ClientError) as error:
        from dctech.dynamodb import explained  # noqa: PLC0415 - needs the settings

        if message := explained(error):
            sys.exit(message)
        raise


if __name__ == "__main__":
    main()
