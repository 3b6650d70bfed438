import type { Capture, CapturedFile, RedCheck } from '../../../domain/repair/capture.ts';
import type {
  CapturedContainer,
  CapturedService,
} from '../../../domain/repair/captured-service.ts';
import type { PatchedFile } from '../../../domain/patches/edit.ts';

export const file = (path: string, text: string | null, mode = 0o644): CapturedFile => ({
  path,
  text,
  size: text?.length ?? 0,
  mode,
  uid: 1000,
  gid: 1000,
});

export const red = (more: Partial<RedCheck> = {}): RedCheck => ({
  name: 'health',
  suite: 'web',
  kind: 'http',
  service: 'web',
  status: 'failed',
  cause: null,
  detail: null,
  url: 'http://web:8080/health',
  evidence: null,
  ...more,
});

export const container = (more: Partial<CapturedContainer> = {}): CapturedContainer => ({
  name: 'shop-web-1',
  state: 'running',
  exit_code: null,
  error: '',
  out_of_memory: false,
  restarts: 0,
  health: 'none',
  health_log: [],
  listening: [],
  user: '',
  mounts: [],
  networks: ['shop_default'],
  memory_limit_bytes: null,
  memory_peak_bytes: null,
  pids_limit_hits: 0,
  pids_limit: null,
  ready_after_ms: null,
  ...more,
});

/** A container that ended. */
export const exited = (exit_code: number, more: Partial<CapturedContainer> = {}) =>
  container({ state: 'exited', exit_code, ...more });

export const service = (name: string, more: Partial<CapturedService> = {}): CapturedService => ({
  name,
  image: 'python:3.12-slim',
  container: container({ name: `shop-${name}-1` }),
  image_config: {
    user: '',
    entrypoint: [],
    command: [],
    environment: ['PATH=/usr/local/bin:/usr/bin:/bin'],
    architecture: 'amd64',
  },
  programs: ['sh', 'python3'],
  logs: [],
  ...more,
});

export function capture(more: Partial<Capture> = {}): Capture {
  return {
    red: [red()],
    services: [service('web')],
    compose: {
      file: 'compose.yaml',
      files: ['compose.yaml'],
      error: null,
      warnings: [],
      services: { web: { image: 'python:3.12-slim' } },
      networks: { default: {} },
      volumes: {},
    },
    files: [file('compose.yaml', 'services:\n  web:\n    image: python:3.12-slim\n')],
    images: ['python:3.12-slim'],
    networks: ['shop_default', 'bridge', 'host', 'none'],
    volumes: [],
    ports_in_use: [],
    host: { memory_bytes: 8 * 1024 ** 3, cpus: 2, architecture: 'amd64' },
    ...more,
  };
}

export const patched = (
  path: string,
  before: string | null,
  after: string,
  modes: [number, number] = [0o644, 0o644],
): PatchedFile => ({
  path,
  before: before === null ? null : { text: before, mode: modes[0] },
  after: { text: after, mode: modes[1] },
});
