"""A web site of somebody else, on an origin of its own: a strict policy, hostile styles, and two `<voice-call>`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOSTILE = """
html { font-size: 62.5%; }
* { letter-spacing: 3px; text-transform: uppercase; line-height: 3; }
body { color: red; font: italic 40px serif; text-align: right; }
button { display: none !important; background: lime; }
p, h2, canvas { color: yellow !important; font-size: 60px; float: right; }
.primary, .stage, #state, #call { display: none; visibility: hidden; }
voice-call { display: block; width: 22rem; max-width: 100%; font-size: 40px; }
main { display: flex; flex-wrap: wrap; gap: 20px; }
#two { --voice-call-assistant: rgb(1, 2, 3); width: 280px; }
"""

LISTEN = """
window.seen = [];
const names = ["config", "state", "activity", "transcript", "tool", "failure", "end", "panel"];
for (const name of names)
  document.addEventListener(`voicecall-${name}`, ({ target, detail }) => {
    window.seen.push({ name, id: target.id, detail: JSON.parse(JSON.stringify(detail)) });
    if (name === "state" && target.id === "one") document.documentElement.dataset.state = detail.state;
    if (name === "activity" && target.id === "one") document.documentElement.dataset.activity = detail.activity;
  });
"""

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Somebody's shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/own.css"><script src="/own.js"></script>
<script type="module" src="{endpoint}/js/voice_call.js"></script></head>
<body><main><h1>Somebody's shop</h1>
<voice-call id="one" endpoint="{endpoint}" persona="{persona}"></voice-call>
<voice-call id="two" endpoint="{endpoint}"></voice-call>
<div id="elsewhere"></div></main></body>
</html>
"""


class ForeignSite:
    """`url` is its address. Pages and their headers can be set while it runs."""

    def __init__(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        self.pages: dict[str, tuple[str, str, Mapping[str, str]]] = {}
        self.put("/own.css", "text/css", HOSTILE)
        self.put("/own.js", "text/javascript", LISTEN)

    def put(self, path: str, kind: str, text: str, headers: Mapping[str, str] | None = None) -> None:
        self.pages[path] = (kind, text, headers or {})

    def embed(self, endpoint: str, service: str, persona: str = "assistant") -> str:
        """Put a page with two elements at `/`; its policy names what the docs say it must, and nothing else."""
        connect = " ".join(one for one in (endpoint, service) if one)
        policy = (
            f"default-src 'none'; script-src 'self' {endpoint}; style-src 'self' {endpoint}; connect-src {connect}; "
            "base-uri 'none'; form-action 'none'"
        )
        page = PAGE.format(endpoint=endpoint, persona=persona)
        self.put("/", "text/html", page, {"Content-Security-Policy": policy})
        return self.url


@contextmanager
def foreign_site() -> Iterator[ForeignSite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text, headers = site.pages.get(self.path, ("text/plain", "", {}))
            self.send_response(200 if self.path in site.pages else 204)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = ForeignSite(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
