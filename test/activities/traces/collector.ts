import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportTraceRequest, type OtlpSpan } from './otlp-schema.ts';

/** A collector that takes only what OTLP allows, and keeps a span once, as one does that knows a span by its id. */
export interface Collector {
  url: string;
  /** The requests that were well formed. */
  requests: { path: string; headers: IncomingHttpHeaders; text: string; spans: OtlpSpan[] }[];
  /** What was wrong with the others. */
  problems: string[];
  /** By trace and span id. Throws if a span came twice with different content. */
  spans(): OtlpSpan[];
  /** Answers a well formed request; by default it takes it. */
  answer: (reply: ServerResponse, spans: OtlpSpan[]) => void;
  close(): void;
}

const takes = (reply: ServerResponse): void =>
  void reply.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');

export async function startCollector(): Promise<Collector> {
  const server = createServer((request, reply) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const { headers, url: path = '' } = request;
      const parsed = exportTraceRequest.safeParse(JSON.parse(text));
      if (!parsed.success || headers['content-type'] !== 'application/json') {
        collector.problems.push(parsed.error?.message ?? String(headers['content-type']));
        reply.writeHead(400).end();
        return;
      }
      const scopes = parsed.data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans);
      const spans = scopes.flatMap((scope) => scope.spans);
      collector.requests.push({ path, headers, text, spans });
      collector.answer(reply, spans);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    problems: [],
    spans() {
      const kept = new Map<string, OtlpSpan>();
      for (const one of collector.requests.flatMap(({ spans }) => spans)) {
        const id = `${one.traceId}/${one.spanId}`;
        const before = kept.get(id);
        if (before !== undefined && JSON.stringify(before) !== JSON.stringify(one))
          throw new Error(`${one.name} came twice, and differed`);
        kept.set(id, one);
      }
      return [...kept.values()];
    },
    answer: takes,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return collector;
}

/** The value of an attribute. */
export const attributeOf = (span: OtlpSpan, key: string): unknown => {
  const value = span.attributes.find((one) => one.key === key)?.value as object | undefined;
  return value === undefined ? undefined : Object.values(value)[0];
};

/** Spans as lines, each below its parent: `name` and, if it failed, `!`. Roots are those whose parent is not among them. */
export function treeOf(spans: readonly OtlpSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: string | undefined, depth: number): string[] =>
    spans
      .filter(({ parentSpanId: of }) =>
        parent === undefined ? of === undefined || !ids.has(of) : of === parent,
      )
      .toSorted(
        (one, other) =>
          Number(BigInt(one.startTimeUnixNano) - BigInt(other.startTimeUnixNano)) ||
          one.name.localeCompare(other.name),
      )
      .flatMap((one) => [
        `${'  '.repeat(depth)}${one.name}${one.status.code === 2 ? ' !' : ''}`,
        ...below(one.spanId, depth + 1),
      ]);
  return below(undefined, 0);
}
