"""CPU from a fresh interpreter to the first page and the first JSON answer, from the package that Lambda gets.

The reference is the same package as plain `zappa package` leaves it: its files are dated 1980, so that bytecode in it
is stale and each cold start compiles everything, on a file system where nothing can be kept.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
EVENT = ROOT / "tests/lambda_events/cloudfront.json"
START = """
import json, resource, sys, time
import zappa_settings
zappa_settings.ENVIRONMENT_VARIABLES.pop("PARAMETERS_PATH")  # its answer is no CPU of ours
import handler
event = json.loads(sys.argv[1])
answer = handler.lambda_handler(event, None)
assert answer["statusCode"] == 200, answer
print(json.dumps([time.process_time() * 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def rows():
    subprocess.run(
        [sys.executable, "-m", "deploy", "package", "prod"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with tempfile.TemporaryDirectory(prefix="dctech-cold-") as folder:
        ours, plain = Path(folder) / "ours", Path(folder) / "plain"
        archive = ROOT / "build/prod.zip"
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(ours)
        shutil.copytree(ours, plain, ignore=shutil.ignore_patterns("__pycache__"))
        for name, path in (("first page", "/"), ("first JSON answer", "/api/events")):
            found = [(first(ours, path, folder), first(plain, path, folder)) for _ in range(RUNS)]
            mine, others = (statistics.median(each[at][0] for each in found) for at in (0, 1))
            yield f"Cold start to the {name}, CPU ms", mine, others, mine / others, "<= 0.45"
            mine, others = (max(each[at][1] for each in found) / 1024 for at in (0, 1))
            yield f"Peak memory with the {name}, MB", mine, others, mine / others, ""
        size = sum(path.stat().st_size for path in ours.rglob("*") if path.is_file()) / 2**20
        yield "Package unpacked, MB, against Lambda's limit", size, 250, size / 250, "< 1"


def first(package, path, data):
    """Return CPU milliseconds and peak kilobytes of a function's first answer."""
    from django.conf import settings  # noqa: PLC0415 - after the environment is set

    event = json.loads(EVENT.read_text("utf-8"))
    event["rawPath"] = path
    event["headers"]["accept"] = "*/*"
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(package),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_LAMBDA_FUNCTION_NAME": "dctech-events-prod",
        "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "1",
        "DYNAMODB_ENDPOINT_URL": settings.DYNAMODB_ENDPOINT_URL,
        "DATA_DIR": data,
        "SECRET_KEY": "benchmark",
        "SITE_URL": "https://events.example.org",
        "ALLOWED_HOSTS": "events.example.org",
        "CLOUDFRONT_DOMAIN": "events.example.org",
    }
    done = subprocess.run(
        [sys._base_executable, "-S", "-c", START, json.dumps(event)],  # noqa: SLF001 - no site-packages
        env=environment,
        cwd=package,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
