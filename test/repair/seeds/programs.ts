/** Programs of the seeds, in Python and Node. */

/** A page on HOST:PORT, after `before` has run; `/greeting` says GREETING. */
export const python = (before = ''): string => `import os
from http.server import BaseHTTPRequestHandler, HTTPServer
${before}

class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ.get('GREETING', 'ok').encode())

    def log_message(self, *args):
        pass


print('listening', flush=True)
HTTPServer((os.environ.get('HOST', '0.0.0.0'), int(os.environ.get('PORT', '8080'))), Page).serve_forever()
`;

export const node = (before = ''): string => `const http = require('node:http');
${before}
const server = http.createServer((request, response) => response.end(process.env.GREETING || 'ok'));
server.listen(Number(process.env.PORT || 8080), process.env.HOST || '0.0.0.0');
console.log('listening');
`;

/** A page that asks another service first, at each request. */
export const asking = `import os
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        url = os.environ['API_URL']
        try:
            body = urllib.request.urlopen(url + self.path, timeout=1).read()
            self.send_response(200)
        except OSError as error:
            print(f'GET {url}: {error}', flush=True)
            body = b'bad gateway'
            self.send_response(502)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


HTTPServer(('0.0.0.0', 8080), Page).serve_forever()
`;
