"""A WebDAV server as a program of its own: `webdav_child.py FOLDER NAME PASSWORD`."""

import sys
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import get_input_stream
from wsgidav.wsgidav_app import WsgiDAVApp


def main(folder: str, name: str, password: str) -> None:
    """Serve a folder until the standard input closes."""
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": folder},
            "simple_dc": {"user_mapping": {"*": {name: {"password": password}}}},
            "http_authenticator": {
                "accept_basic": True,
                "accept_digest": False,
                "default_to_digest": False,
            },
            "verbose": 0,
        }
    )

    def within_the_body(environ, start_response):
        """WsgiDAV reads as long as something comes; the next request is not part of this one."""
        environ["wsgi.input"] = get_input_stream(environ)
        return app(environ, start_response)

    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    server = make_server("127.0.0.1", 0, within_the_body, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)  # noqa: T201 - how the parent learns the port
    sys.stdin.read()


main(*sys.argv[1:])
