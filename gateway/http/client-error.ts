import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { VX11Error, type ErrorCode } from '../../contracts/errors.ts';
import { allowedMethods } from './allowed-methods.ts';
import { securityHeaders } from './origin-check.ts';
import type { App } from './app-type.ts';
import { problemOf, problemType } from './problem.ts';

interface ParseError extends Error {
  code?: string;
  rawPacket?: unknown;
}

/** How long the gateway still reads a connection after the answer, in ms. */
const lingerMs = 2000;

const causes: Record<string, [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'Address and headers may have 16 KiB together.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['too_large', 'The chunk extensions are too long.'],
  HPE_INVALID_METHOD: ['method_not_allowed', 'There is no such method.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
};

/** Answers malformed HTTP with a problem, and ends the connection. */
export function refuseConnection(app: App, error: ParseError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = causes[error.code ?? ''] ?? ['bad_request', 'This is not HTTP/1.1.'];
  const allow = code === 'method_not_allowed' ? allowFor(app, error.rawPacket) : null;
  answerOn(socket, new VX11Error(code, detail), allow);
}

/** Answers CONNECT, which Node passes on as a bare connection: the gateway is no proxy. */
export function refuseTunnel(app: App, request: IncomingMessage, socket: Socket): void {
  socket.on('error', () => socket.destroy());
  const allow = allowFrom(app, request.url ?? '');
  answerOn(socket, new VX11Error('method_not_allowed', `This address takes ${allow}.`), allow);
}

/** Writes a problem to the socket, and closes it. Drops further input for a moment first, so that the client reads the problem. */
export function answerOn(socket: Socket, error: VX11Error, allow: string | null): void {
  const problem = problemOf(error, randomUUID());
  const body = JSON.stringify(problem);
  const headers: Record<string, string | number> = {
    ...securityHeaders,
    'content-type': problemType,
    'content-length': Buffer.byteLength(body),
    'x-correlation-id': problem.correlation_id,
    connection: 'close',
  };
  if (allow !== null) headers['allow'] = allow;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n`;
  socket.end(`${status}${lines.join('')}\r\n${body}`);
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}

/** The parser stops at an unknown method, before the address: this reads the address from the packet. */
function allowFor(app: App, packet: unknown): string {
  const line = Buffer.isBuffer(packet)
    ? packet.toString('latin1', 0, 4096).split('\r\n', 1)[0]!
    : '';
  return allowFrom(app, line.split(' ')[1] ?? '');
}

function allowFrom(app: App, url: string): string {
  const allowed = allowedMethods(app, url);
  return allowed.length === 0 ? 'GET, POST, PUT, DELETE' : allowed.join(', ');
}
