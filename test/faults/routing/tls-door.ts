import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A server with TLS for what speaks HTTP: sandboxes reach hosts by TLS only. */
export interface TlsDoor {
  port: number;
  /** Its own certificate, for `localhost`, as PEM. */
  certificate: string;
  close(): void;
}

/** Where a request goes, and the login that it gets instead of its own. */
export interface Way {
  base: string;
  authorization?: string;
}

/** Opens a door before the servers that `way` names. @param folder for the key and the certificate */
export async function openTlsDoor(folder: string, way: (url: string) => Way): Promise<TlsDoor> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const about = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  // some programs refuse the certificate of an authority as that of a server
  about.push('-addext', 'basicConstraints=critical,CA:FALSE');
  const files = ['-keyout', key, '-out', cert];
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes'];
  await promisify(execFile)('openssl', [...make, ...about, ...files]);
  const certificate = await readFile(cert, 'utf8');
  const server = createServer(
    { key: await readFile(key), cert: certificate },
    (request, response) => {
      const { method, url } = request;
      const { base, authorization = request.headers.authorization } = way(url!);
      const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) };
      const to = ask(new URL(url!, base), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      to.once('error', () => response.destroy());
      request.pipe(to);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, certificate, close: () => void server.close() };
}
