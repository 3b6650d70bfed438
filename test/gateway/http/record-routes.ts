import { tracingChannel } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { FastifyRequest } from 'fastify';
import { expect, inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A file that collects, over all test files of a run, the routes whose handlers were called: one `GET /path` a line. */
    routesCalled: string;
  }
}

/** Tests that only send every route what it refuses: they do not count as a test of any route. */
const sweeps = /^(the rights matrix|a body) > /;

/**
 * Records each route of a gateway in this process whose handler a test reaches, that is, with a token of a sufficient scope
 * and a request that passes the route's schemas.
 */
export function recordRoutes(): void {
  if (!process.env['VITEST']) return; // a program that uses the fixture
  const file = inject('routesCalled') as string | undefined; // only set by test/gateway/http/route-coverage.ts
  if (file === undefined) return;
  const known = new Set<string>();
  tracingChannel('fastify.request.handler').start.subscribe((message) => {
    const { request, route } = message as { request: FastifyRequest; route: { url: string } };
    const name = `${request.method} ${route.url}`;
    if (known.has(name) || sweeps.test(expect.getState().currentTestName ?? '')) return;
    known.add(name);
    appendFileSync(file, `${name}\n`);
  });
}
