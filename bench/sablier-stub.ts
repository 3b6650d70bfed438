/**
 * A stub of Sablier's contract, in place of Sablier where there is none: it starts a container by the Engine at the first
 * request, inspects it at every further one until it is ready, and answers from memory from then on, with a page that it
 * renders for each request. It checks nothing, stops nothing, and writes no log. Takes the port as `--server.port=…`.
 */
import { createServer, type ServerResponse } from 'node:http';
import Docker from 'dockerode';

const docker = new Docker();
const [, port] = /--server\.port=(\d+)/.exec(process.argv.join(' ')) ?? [];
const known = new Map<string, 'starting' | 'ready'>();

async function look(name: string): Promise<void> {
  const container = docker.getContainer(name);
  if (!known.has(name)) {
    known.set(name, 'starting');
    await container.start();
    return;
  }
  const { Running, Health } = (await container.inspect()).State;
  if (Running && (Health === undefined || Health.Status === 'healthy')) known.set(name, 'ready');
}

function answer(response: ServerResponse, display: string | null, names: readonly string[]): void {
  const items = names.map((name) => `<li>${name}: ${known.get(name)}</li>`);
  const page = `<!doctype html><title>${display ?? ''}</title><ul>${items.join('')}</ul>`;
  const ready = names.every((name) => known.get(name) === 'ready');
  response
    .writeHead(200, {
      'content-type': 'text/html',
      'content-length': Buffer.byteLength(page),
      'cache-control': 'no-cache',
      'x-sablier-session-status': ready ? 'ready' : 'not-ready',
    })
    .end(page);
}

const server = createServer(({ url = '/' }, response) => {
  const query = new URL(url, 'http://stub').searchParams;
  const names = query.getAll('names');
  const display = query.get('display_name');
  const unready = names.filter((name) => known.get(name) !== 'ready');
  if (unready.length === 0) return answer(response, display, names);
  Promise.all(unready.map(look)).then(
    () => answer(response, display, names),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
