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

/** Tests that send every route what it refuses or hardly looks at, which tests none of them. */
const sweeps = /^(the rights matrix|a body) > /;

/**
 * Records each route of a gateway in this process whose handler a test reaches: with a token that may, and a request that
 * passes its schemas.
 */
export function recordRoutes(): void {
  const file = inject('routesCalled') as string | undefined; // only where test/gateway/http/route-coverage.ts is at work
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
