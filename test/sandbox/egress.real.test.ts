import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEachKernel } from './prerequisites.ts';
import { node, python, startFixture, type SandboxFixture } from './fixture.ts';

onEachKernel((kernel) => {
  let server: Server;
  let port: number;
  let open: SandboxFixture;
  let publicOnly: SandboxFixture;

  /** The server answers 5 bytes with a megabyte, and 2 MB with the number of bytes received. */
  beforeAll(async () => {
    server = createServer((socket) => {
      let received = 0;
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        received += chunk.length;
        if (received === 5) socket.end('x'.repeat(1_000_000));
        else if (received >= 2_000_000) socket.end(`got ${received}`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    const allowed = [
      { host: 'localhost', port },
      { host: 'other.invalid', port: 443 },
    ];
    open = await startFixture({ ...kernel.deps, egress: { allowed, privateAddresses: true } });
    publicOnly = await startFixture({
      ...kernel.deps,
      egress: { allowed, privateAddresses: false },
    });
  });
  afterAll(async () => {
    server.close();
    await open.destroy();
    await publicOnly.destroy();
  });

  const dial = (target: string, then: string) =>
    python(`
import os, socket
proxy = os.environ["HTTPS_PROXY"].removeprefix("http://").split(":")
peer = socket.create_connection((proxy[0], int(proxy[1])))
peer.sendall(b"CONNECT ${target} HTTP/1.1\\r\\n\\r\\n")
answer = b""
while b"\\r\\n\\r\\n" not in answer: answer += peer.recv(1)
print(answer.decode().split("\\r\\n")[0])
def rest():
  got = b""
  while chunk := peer.recv(65536): got += chunk
  return got
${then}`);

  test('a task reaches a host that it names and that is on the list, with large transfers both ways', async () => {
    const egress = [`localhost:${port}`];
    const down = await open.run(
      dial(`localhost:${port}`, 'peer.sendall(b"hello")\nprint(len(rest()))'),
      { egress },
    );
    expect(down).toMatchObject({
      exit_code: 0,
      out: 'HTTP/1.1 200 Connection established\n1000000\n',
    });
    const up = await open.run(
      dial(`localhost:${port}`, 'peer.sendall(b"x" * 2000000)\nprint(rest().decode())'),
      { egress },
    );
    expect(up.out).toContain('got 2000000');
  });

  test.each([
    [
      'a host that it has not named',
      'other.invalid:443',
      ['localhost:1'],
      'the task does not list it',
    ],
    [
      'a host that is not on the list',
      'example.org:443',
      ['example.org'],
      "it is not on the operator's allow-list",
    ],
    [
      'another port of it',
      'localhost:22',
      ['localhost:22'],
      "it is not on the operator's allow-list",
    ],
    ['metadata', '169.254.169.254:80', ['localhost:1'], 'it is no host name'],
    ['an address', '[::1]:80', ['localhost:1'], 'it is no host name'],
    [
      'a name that does not resolve',
      'other.invalid:443',
      ['other.invalid'],
      'its name is not known',
    ],
  ])('a task does not reach %s', async (_, target, egress, because) => {
    const result = await open.run(dial(target, 'print(rest().decode())'), { egress });
    expect(result.out).toBe(`HTTP/1.1 403 Forbidden\n${because}\n\n`);
  });

  test('a name on the list that resolves to a private address is refused', async () => {
    const result = await publicOnly.run(dial(`localhost:${port}`, 'print(rest().decode())'), {
      egress: [`localhost:${port}`],
    });
    expect(result.out).toBe('HTTP/1.1 403 Forbidden\nit is not on the public internet\n\n');
  });

  test('a task reaches nothing without the proxy', async () => {
    const result = await open.run(
      python(`
import errno, socket
for target in (("127.0.0.1", ${port}), ("172.17.0.1", ${port}), ("169.254.169.254", 80), ("1.1.1.1", 443)):
  try: socket.create_connection(target, timeout=2); print("reached")
  except OSError as error: print(errno.errorcode[error.errno])
for family in (16, 17, 38, 40):
  try: socket.socket(family, 3); print("made")
  except OSError as error: print(errno.errorcode[error.errno])`),
      { egress: [`localhost:${port}`] },
    );
    expect(result.out.trim().split('\n')).toEqual([
      'ECONNREFUSED',
      'ENETUNREACH',
      'ENETUNREACH',
      'ENETUNREACH',
      'EPERM',
      'EPERM',
      'EPERM',
      'EPERM',
    ]);
  });

  test('a task with egress can run its own server on localhost', async () => {
    const result = await open.run(
      node(`const server = require("net").createServer((s) => s.end("own")).listen(0, "localhost", () =>
  require("net").connect(server.address().port, "localhost").on("data", (d) => { console.log(String(d)); server.close(); }));`),
      { egress: [] },
    );
    expect(result.out).toBe('own\n');
  });
});
