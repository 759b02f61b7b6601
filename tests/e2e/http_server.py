"""A server on this machine that answers what a test wants, true or not."""

import http.server
import ssl
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # a connection for each request

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        answer = self.server.answers.pop(0) if self.server.answers else good
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the program had enough

    def head(self, status, length, **more):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def body(self):
        return self.server.files.get(self.path.rsplit("/", 1)[-1])

    def first(self):
        wanted = self.headers.get("Range")
        return int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0

    def log_message(self, *_):
        pass


def good(request):
    """The file, or the rest of it."""
    body, first = request.body(), request.first()
    if body is None:
        request.head(404, 0)
    elif first:
        request.head(206, len(body) - first, Content_Range=f"bytes {first}-{len(body) - 1}/{len(body)}")
        request.wfile.write(body[first:])
    else:
        request.head(200, len(body))
        request.wfile.write(body)


def cut(request):
    """Half of what is asked for, under the length of the whole."""
    body, first = request.body(), request.first()
    request.head(206 if first else 200, len(body) - first,
                 **({"Content_Range": f"bytes {first}-{len(body) - 1}/{len(body)}"} if first else {}))  # fmt: skip
    request.wfile.write(body[first : first + (len(body) - first) // 2])


def stall(request):
    """The same, and then nothing, over an open connection."""
    cut(request)
    request.wfile.flush()
    while not request.server.over.wait(0.05):
        pass


def drip(request):
    """Half at once, the rest too slowly to wait for."""
    body = request.body()
    request.head(200, len(body))
    request.wfile.write(body[: len(body) // 2])
    for at in range(len(body) // 2, len(body), 64):
        if request.server.over.is_set():
            return
        request.wfile.write(body[at : at + 64])
        request.wfile.flush()
        time.sleep(0.05)


def deaf(request):
    """The whole file, whatever piece is asked for."""
    request.head(200, len(request.body()))
    request.wfile.write(request.body())


def other(request):
    """As many bytes, but others."""
    request.head(200, len(request.body()))
    request.wfile.write(bytes(len(request.body())))


def longer(request):
    """More than the file, and no word of how much."""
    request.head(200, None)
    request.wfile.write(request.body() * 2)


def loop(request):
    request.head(302, 0, Location=request.path)


def moved(url):
    return lambda request: request.head(302, 0, Location=url)


def says_length(length):
    def answer(request):
        request.head(200, length)
        request.wfile.write(request.body())

    return answer


def status(code):
    return lambda request: request.head(code, 0)


class Server:
    """Serves `files`, encrypted if there is a certificate (with its key): well, unless `will` says how."""

    def __init__(self, files, certificate=None):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        self.server.files = files
        self.server.answers = []
        self.server.asked = []
        self.server.over = threading.Event()
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def asked(self):
        return self.server.asked

    def will(self, *answers):
        self.server.answers[:] = answers
        self.server.asked.clear()

    def close(self):
        self.server.over.set()
        self.server.shutdown()
        self.server.server_close()
