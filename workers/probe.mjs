/**
 * A container's health check: exits 0 if `/health` on that port of 127.0.0.1 answers 200, by HTTP or else by HTTPS. Plain
 * JavaScript, to start fast.
 */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';

const address = { host: '127.0.0.1', port: Number(process.argv[2]), path: '/health' };
const fail = () => process.exit(1);
const read = (name) => (process.env[name] ? readFileSync(process.env[name]) : undefined);

/** The process that answers here is the one beside this one, whatever names its certificate is for. */
async function askSecurely() {
  const { get: getSecurely } = await import('node:https');
  const own = {
    cert: read('VX11_INTERNAL_TLS_CERT_FILE'),
    key: read('VX11_INTERNAL_TLS_KEY_FILE'),
    rejectUnauthorized: false,
  };
  ask(getSecurely, { ...address, ...own }, fail);
}

function ask(send, options, otherwise) {
  send({ ...options, timeout: 1_500 })
    .on('response', ({ statusCode }) => (statusCode === 200 ? process.exit(0) : otherwise()))
    .on('timeout', fail)
    .on('error', fail);
}

ask(get, address, () => void askSecurely().catch(fail));
