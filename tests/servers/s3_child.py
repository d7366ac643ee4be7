"""An S3 server as a program of its own: `s3_child.py BUCKET REGION`. It checks signatures."""

import json
import os
import sys
from threading import Thread

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"

from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ACCOUNT = "123456789012"
ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def main(bucket: str, region: str) -> None:
    """Serve one bucket until the standard input closes."""
    s3_backends[ACCOUNT]["aws"].create_bucket(bucket, region)
    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_user(region, "office")
    policy = {"Version": "2012-10-17", "Statement": [ALL]}
    iam.put_user_policy("office", "all", json.dumps(policy))
    key = iam.create_access_key("office")
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    app = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, key.access_key_id, key.secret_access_key, flush=True)  # noqa: T201 - how the parent learns them
    sys.stdin.read()


main(*sys.argv[1:])
