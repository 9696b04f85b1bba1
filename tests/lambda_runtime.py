"""Lambda's side of a function: the runtime API, its services for secrets and invocations, and a visitor's requests.

    with Function(package, environment, runtime=site_packages_of_awslambdaric) as function:
        answer = function.invoke(event)

The process that answers is the official runtime interface client, in an interpreter without any site-packages: it has
the unpacked package and nothing else, as on Lambda.
"""

import base64
import copy
import json
import queue
import subprocess
import sys
import threading
import time
import uuid
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

EVENTS = Path(__file__).parent / "lambda_events"
NAME = "dctech-events-prod"
ARN = f"arn:aws:lambda:us-east-1:123456789012:function:{NAME}"
PATIENCE = 60


def recorded(name):
    """Return one of the recorded events."""
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))


class FunctionError(AssertionError):
    """What the function raised, as Lambda would log it."""


class Function:
    """One instance of a function, from its start to the end of the `with` block."""

    def __init__(self, package, environment, *, runtime, parameters=None):
        self.package, self.runtime = package, runtime
        self.parameters = parameters or {}
        self.events: queue.Queue = queue.Queue()
        self.results: dict[str, queue.Queue] = {}
        self.asynchronous: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        host = f"127.0.0.1:{self.server.server_port}"
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_LAMBDA_FUNCTION_NAME": NAME,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_RUNTIME_API": host,
            "AWS_ENDPOINT_URL_SSM": f"http://{host}/ssm",
            "AWS_ENDPOINT_URL_LAMBDA": f"http://{host}/lambda",
            "LAMBDA_TASK_ROOT": str(package),
            "PYTHONPATH": f"{package}:{runtime}",
            "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "1",
        } | environment

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.process = subprocess.Popen(
            [sys._base_executable, "-S", "-m", "awslambdaric", "handler.lambda_handler"],
            cwd=self.package,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log: list[str] = []
        threading.Thread(target=self._read_log, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.process.kill()
        self.process.wait()
        self.server.shutdown()
        self.server.server_close()

    def _read_log(self):
        self.log.extend(self.process.stdout)

    def send(self, event):
        """Let the function have an event, and return the name of the invocation."""
        name = str(uuid.uuid4())
        self.results[name] = queue.Queue()
        self.events.put((name, json.dumps(event)))
        return name

    def result(self, name):
        """Return what an invocation answered; raise FunctionError for what it raised."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                kind, body = self.results[name].get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None:
                    break
                continue
            if kind != "response":
                raise FunctionError(body + "".join(self.log[-30:]))
            return json.loads(body)
        raise FunctionError(f"no answer, exit {self.process.poll()}\n" + "".join(self.log[-60:]))

    def invoke(self, event):
        return self.result(self.send(event))

    def settle(self):
        """Wait until what was invoked asynchronously, and what that invoked, is done; return how many there were."""
        done = 0
        for name in self.asynchronous:  # it grows meanwhile
            self.result(name)
            done += 1
        return done


class Visitor:
    """A browser behind API Gateway: keeps cookies, and speaks in events."""

    def __init__(self, function, template="cloudfront", stage="$default"):
        self.function, self.template = function, recorded(template)
        self.template["requestContext"]["stage"] = stage
        self.prefix = "" if stage == "$default" else f"/{stage}"
        self.cookies = SimpleCookie()

    def get(self, address, **headers):
        return self.request("GET", address, headers=headers)

    def post(self, address, fields, **headers):
        origin = {"origin": "https://events.example.org"}
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.request("POST", address, urlencode(fields).encode(), origin | kind | headers)

    def request(self, method, address, body=b"", headers=None):
        parts = urlsplit(address)
        event = copy.deepcopy(self.template)
        event["rawPath"] = f"{self.prefix}{quote(parts.path, safe='/%')}"
        event["rawQueryString"] = parts.query
        event["cookies"] = [f"{m.key}={m.coded_value}" for m in self.cookies.values()]
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        event["headers"] |= {"content-length": str(len(body))} | named
        event["requestContext"]["http"] |= {"method": method, "path": event["rawPath"]}
        if body:
            event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        return Answer(self.function.invoke(event), self)


class Answer:
    """What API Gateway would send."""

    def __init__(self, result, visitor):
        self.status = result["statusCode"]
        self.headers = {name.lower(): value for name, value in result["headers"].items()}
        self.cookies = result["cookies"]
        body = result["body"] or ""
        self.body = base64.b64decode(body) if result["isBase64Encoded"] else body.encode()
        for cookie in self.cookies:
            visitor.cookies.load(cookie)

    @property
    def text(self):
        return self.body.decode()


def _handler(function):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_words):
            """Say nothing."""

        def reply(self, status, body=b"", **headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            assert self.path == "/2018-06-01/runtime/invocation/next"
            name, body = function.events.get()
            self.reply(
                200,
                body.encode(),
                Content_Type="application/json",
                Lambda_Runtime_Aws_Request_Id=name,
                Lambda_Runtime_Deadline_Ms=str(int(time.time() * 1000) + 300_000),
                Lambda_Runtime_Invoked_Function_Arn=ARN,
            )

        def do_POST(self):
            length = self.headers.get("Content-Length")
            body = self.rfile.read(int(length)) if length else _chunks(self.rfile)
            if self.path.startswith("/ssm"):
                self.reply(200, _parameters(function, json.loads(body)))
            elif self.path.startswith("/lambda"):
                assert self.headers["X-Amz-Invocation-Type"] == "Event"
                assert self.path.split("/")[-2] == NAME
                function.asynchronous.append(function.send(json.loads(body)))
                self.reply(202)
            else:
                *_, name, kind = self.path.split("/")
                if name == "init":
                    for waiting in function.results.values():
                        waiting.put((kind, body.decode()))
                else:
                    function.results[name].put((kind, body.decode()))
                self.reply(202)

    return Handler


def _parameters(function, asked):
    assert asked["WithDecryption"] is True
    found = [
        {"Name": f"{asked['Path']}/{name}", "Type": "SecureString", "Value": value}
        for name, value in function.parameters.items()
    ]
    return json.dumps({"Parameters": found}).encode()


def _chunks(stream):
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body
