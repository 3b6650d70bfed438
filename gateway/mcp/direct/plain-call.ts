import type { IncomingHttpHeaders } from 'node:http';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  isSpecType,
  PROTOCOL_VERSION_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
  type JSONRPCRequest,
  type McpRequestContext,
} from '@modelcontextprotocol/server';
import { findTool } from '../tool-list.ts';

/** The revision without a handshake. */
const modern = '2026-07-28';
const reserved = 'io.modelcontextprotocol/';

/** A `tools/call` that needs nothing of HTTP but its answer. */
export interface PlainCall {
  era: McpRequestContext['era'];
  message: JSONRPCRequest;
}

/** Of those that are reserved for the protocol. */
const known = new Set([
  PROTOCOL_VERSION_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasOnly = (value: object, keys: readonly string[]): boolean =>
  Object.keys(value).every((key) => keys.includes(key));

/** Requests repeat their members as headers; here they do so literally. */
function isModern(headers: IncomingHttpHeaders, name: string, meta: Record<string, unknown>) {
  const info = meta[CLIENT_INFO_META_KEY];
  return (
    headers['mcp-protocol-version'] === modern &&
    meta[PROTOCOL_VERSION_META_KEY] === modern &&
    headers['mcp-method'] === 'tools/call' &&
    headers['mcp-name'] === name &&
    isSpecType.ClientCapabilities(meta[CLIENT_CAPABILITIES_META_KEY]) &&
    (info === undefined || isSpecType.Implementation(info)) &&
    Object.keys(meta).every((key) => !key.startsWith(reserved) || known.has(key))
  );
}

function isLegacy(headers: IncomingHttpHeaders, meta: Record<string, unknown>): boolean {
  const version = headers['mcp-protocol-version'];
  return (
    (version === undefined ||
      (version !== modern && SUPPORTED_PROTOCOL_VERSIONS.includes(String(version)))) &&
    !Object.keys(meta).some((key) => key.startsWith(reserved))
  );
}

/**
 * Recognises a first `tools/call` of a known tool that is exactly as its revision wants it, and has no progress to stream. The
 * SDK's handler for HTTP takes everything else, and refuses what is wrong.
 * @returns null for everything else
 */
export function plainCall(headers: IncomingHttpHeaders, body: unknown): PlainCall | null {
  if (!isObject(body) || body['method'] !== 'tools/call' || !isObject(body['params'])) return null;
  const { id, params } = body;
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return null;
  const { accept = '', 'content-type': type } = headers;
  if (type !== 'application/json' || !accept.includes(type)) return null;
  if (!accept.includes('text/event-stream')) return null;
  const { name, arguments: args = {}, _meta: meta = {} } = params;
  if (!hasOnly(body, ['jsonrpc', 'id', 'method', 'params'])) return null;
  if (!hasOnly(params, ['name', 'arguments', '_meta'])) return null;
  if (typeof name !== 'string' || findTool(name) === null) return null;
  if (!isObject(args) || !isObject(meta)) return null;
  if ('progressToken' in meta && args['wait_seconds'] !== undefined) return null;
  const message = body as unknown as JSONRPCRequest;
  if (isModern(headers, name, meta)) return { era: 'modern', message };
  return isLegacy(headers, meta) ? { era: 'legacy', message } : null;
}
