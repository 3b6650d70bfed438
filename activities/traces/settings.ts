import type { Attributes } from '../../domain/traces/span.ts';
import { version } from '../../platform/version.ts';

/** Where traces are sent. */
export interface Collector {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  resource: Attributes;
}

/** The variables of OpenTelemetry that are read; docs/observability.md. */
export interface OtelVariables {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_HEADERS?: string | undefined;
  OTEL_EXPORTER_OTLP_PROTOCOL?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL?: string | undefined;
  OTEL_EXPORTER_OTLP_TIMEOUT?: number | undefined;
  OTEL_SERVICE_NAME?: string | undefined;
  OTEL_RESOURCE_ATTRIBUTES?: string | undefined;
  OTEL_TRACES_EXPORTER?: string | undefined;
  OTEL_SDK_DISABLED?: string | undefined;
}

const usualTimeoutMs = 10_000;

/**
 * Where traces go, by the variables of OpenTelemetry. Null: nowhere. A text: what is wrong and what to do; as the variables
 * are shared by all programs of a machine, that ends no process.
 */
export function readCollector(env: OtelVariables, host: string): Collector | string | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = env;
  if (base === undefined && own === undefined) return null;
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null;
  const { OTEL_TRACES_EXPORTER: exporter = 'otlp' } = env;
  if (exporter === 'none') return null;
  if (!exporter.split(',').includes('otlp'))
    return `OTEL_TRACES_EXPORTER is ${exporter}: VX11 writes otlp only. Set it to otlp, or to none`;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol === 'grpc')
    return 'OTEL_EXPORTER_OTLP_PROTOCOL is grpc: VX11 writes OTLP over HTTP. Set it to http/json, and the endpoint to the HTTP port of the collector, which is mostly 4318';
  const url = own ?? `${base!.replace(/\/+$/, '')}/v1/traces`;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    return 'OTEL_EXPORTER_OTLP_ENDPOINT is no http or https URL; set it to one such as http://127.0.0.1:4318';
  const { OTEL_SERVICE_NAME: name } = env;
  const resource = {
    'service.name': 'vx11',
    'service.version': version,
    'host.name': host,
    ...pairs(env.OTEL_RESOURCE_ATTRIBUTES),
    ...(name !== undefined && { 'service.name': name }),
  };
  const headers = pairs(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? env.OTEL_EXPORTER_OTLP_HEADERS);
  return { url, headers, timeoutMs: env.OTEL_EXPORTER_OTLP_TIMEOUT ?? usualTimeoutMs, resource };
}

/** `key=value,key=value` in the form of W3C Baggage: values may be percent-encoded. */
function pairs(text = ''): Record<string, string> {
  const found = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    const key = pair.slice(0, at).trim();
    return at <= 0 || key === '' ? [] : [[key, decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(found);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
