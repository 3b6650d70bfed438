import type { FastifyReply } from 'fastify';

/** Sends text without the serializer, on a route whose schema describes another type. */
export function sendText(reply: unknown, type: string, text: string | Buffer): never {
  return (reply as FastifyReply).type(type).send(text) as never;
}

/** Sends text that is already JSON and was checked against its schema when it was made. */
export const sendJsonText = (reply: unknown, text: string | Buffer): never =>
  sendText(reply, 'application/json; charset=utf-8', text);

/** Answers that the caller already has this version. */
export const sendNotModified = (reply: unknown): never =>
  (reply as FastifyReply).code(304).send() as never;
