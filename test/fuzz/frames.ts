// Bytes on a connection that are not one well-formed request: what proxies, scanners and broken clients send.

/** `HOST` stands for the server's own. */
const texts: Readonly<Record<string, string>> = {
  "five requests at once": "GET /health HTTP/1.1\r\nhost: HOST\r\n\r\n".repeat(5),
  "a request and then garbage": "GET /version HTTP/1.1\r\nhost: HOST\r\n\r\n\u0000\u0001\u0002garbage\r\n\r\n",
  "a body longer than its length":
    'POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}{"more":1}',
  "a body shorter than its length":
    "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/json\r\ncontent-length: 200\r\n\r\n{}",
  "a head that ends in a header": "GET /health HTTP/1.1\r\nhost: HO",
  "a head that ends in the method": "GE",
  "a length that is no number": "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-length: abc\r\n\r\n{}",
  "a negative length": "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-length: -1\r\n\r\n{}",
  "a length beyond all numbers": `POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-length: ${"9".repeat(40)}\r\n\r\n{}`,
  "two lengths": "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
  "a length and chunks":
    "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  "a chunk size that is no number": "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
  "a chunk size beyond all numbers": `POST /api/runs HTTP/1.1\r\nhost: HOST\r\ntransfer-encoding: chunked\r\n\r\n${"f".repeat(40)}\r\n{}\r\n`,
  "a long chunk extension": `POST /api/runs HTTP/1.1\r\nhost: HOST\r\ntransfer-encoding: chunked\r\n\r\n2;${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
  "a transfer coding that nobody knows":
    "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  "chunks that are good":
    "POST /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\ntrailer: x\r\n\r\n",
  "HTTP/0.9": "GET /health\r\n\r\n",
  "HTTP/1.0 without a host": "GET /health HTTP/1.0\r\n\r\n",
  "HTTP/1.1 without a host": "GET /health HTTP/1.1\r\n\r\n",
  "two hosts": "GET /health HTTP/1.1\r\nhost: HOST\r\nhost: evil.example\r\n\r\n",
  "HTTP/2 without asking": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "HTTP/9.9": "GET /health HTTP/9.9\r\nhost: HOST\r\n\r\n",
  "the start of TLS": "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
  "a header without a colon": "GET /health HTTP/1.1\r\nhost: HOST\r\nnonsense\r\n\r\n",
  "a header with a NUL": "GET /health HTTP/1.1\r\nhost: HOST\r\nx-a: a\u0000b\r\n\r\n",
  "a folded header": "GET /health HTTP/1.1\r\nhost: HOST\r\nx-a: a\r\n b\r\n\r\n",
  "bare line feeds": "GET /health HTTP/1.1\nhost: HOST\n\n",
  "a method in lower case": "get /health HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a method that nobody knows": "FROBNICATE /health HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a method of 5,000 letters": `${"A".repeat(5_000)} /health HTTP/1.1\r\nhost: HOST\r\n\r\n`,
  "a space in the target": "GET /api/tasks/a b HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "raw bytes in the target": "GET /api/tasks/\u00ff\u00fe HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a target of another server": "GET http://evil.example/health HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a target in absolute form": "GET http://HOST/health HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a target of a star": "OPTIONS * HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a target that is empty": "GET  HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a target without a slash": "GET health HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a target with a fragment": "GET /health#top HTTP/1.1\r\nhost: HOST\r\n\r\n",
  "a target of 20,000 letters": `GET /${"a".repeat(20_000)} HTTP/1.1\r\nhost: HOST\r\n\r\n`,
  "headers of 20,000 letters": `GET /health HTTP/1.1\r\nhost: HOST\r\nx-a: ${"a".repeat(20_000)}\r\n\r\n`,
  "1,500 headers": `GET /health HTTP/1.1\r\nhost: HOST\r\n${"a: b\r\n".repeat(1_500)}\r\n`,
  "a tunnel": "CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n",
  "an upgrade to HTTP/2":
    "GET /health HTTP/1.1\r\nhost: HOST\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n",
  "a GET with a body": "GET /api/runs HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
  "a resume without a body": "POST /api/runs/00000000-0000-4000-8000-000000000000/resume HTTP/1.1\r\nhost: HOST\r\n\r\n",
  nothing: "",
  "line feeds alone": "\r\n\r\n\r\n\r\n",
};

export const frames: Readonly<Record<string, (host: string) => Buffer>> = Object.fromEntries(
  Object.entries(texts).map(([name, text]) => [name, (host: string) => Buffer.from(text.replaceAll("HOST", host), "latin1")]),
);
