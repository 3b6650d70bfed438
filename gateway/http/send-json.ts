import type { FastifyReply } from 'fastify';

/** Sends text past the serializer; `reply` is of a route whose schema says something else of its answer. */
export function sendText(reply: unknown, type: string, text: string): never {
  return (reply as FastifyReply).type(type).send(text) as never;
}

/** Sends text that is JSON already, and was checked against its schema when it was made. */
export const sendJsonText = (reply: unknown, text: string): never =>
  sendText(reply, 'application/json; charset=utf-8', text);
