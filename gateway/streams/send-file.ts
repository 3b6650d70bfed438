import type { Readable } from 'node:stream';
import { contentOf, type OpenFile } from '../../platform/files/open-within.ts';

/** Sends a file of this path as bytes to save: a browser never gets a page to run. */
export const sendFile = async (reply: unknown, path: string, file: OpenFile): Promise<never> =>
  sendBytes(reply, path, await contentOf(file), file.size);

/** The same for what is no file here. The reply of a route sends what its schema says, and this is none of that. */
export function sendBytes(
  reply: unknown,
  path: string,
  content: Readable | Buffer,
  size?: number,
): never {
  const send = reply as {
    headers(values: Record<string, string | number>): { send(body: unknown): never };
  };
  return send.headers(headersOf(path, size)).send(content);
}

/** The same without the bytes. */
export const sendHead = (reply: unknown, path: string, size: number): never =>
  (reply as { headers(values: Record<string, string | number>): { send(): never } })
    .headers(headersOf(path, size))
    .send();

const headersOf = (path: string, size?: number): Record<string, string | number> => ({
  'content-type': 'application/octet-stream',
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(path.slice(path.lastIndexOf('/') + 1))}`,
  ...(size !== undefined && { 'content-length': size }),
});
