import type { Capture } from '../../../domain/repair/capture.ts';
import type { FaultClass } from '../../../domain/repair/fault-classes.ts';
import { aCapture, aMount, ended, listening, refusedAt } from './a-capture.ts';
import { db, healthyDb, unhealthy, web } from './seeded-stacks.ts';

/** Further faults, most of them of files. */
export const moreFaults: [FaultClass, Capture][] = [
  [
    'port_conflict',
    aCapture({
      compose: web('    ports: ["8080:80"]\n', '  b:\n    image: b\n    ports: ["8080:80"]\n'),
      services: {
        web: {
          container: {
            state: 'created',
            error: 'Bind for 0.0.0.0:8080 failed: port is already allocated',
          },
        },
        b: { container: listening(80) },
      },
    }),
  ],
  [
    'mount_permission',
    aCapture({
      compose: web('    volumes: ["./data:/data"]\n'),
      services: {
        web: {
          container: ended(1, { user: 'node', mounts: [aMount('/srv/data', '/data')] }),
          logs: ["Error: EACCES: permission denied, mkdir '/data/x'"],
        },
      },
    }),
  ],
  [
    'crlf_script',
    aCapture({
      compose: web('    entrypoint: /app/start.sh\n    volumes: [".:/app"]\n'),
      files: { 'start.sh': { text: '#!/bin/bash\r\nls\r\n', mode: 0o755 } },
      services: {
        web: {
          container: ended(255, { mounts: [aMount('/srv', '/app', { entries: ['start.sh'] })] }),
          logs: ['exec /app/start.sh: no such file or directory'],
        },
      },
    }),
  ],
  [
    'interpreter_missing',
    aCapture({
      compose: web('    entrypoint: /app/start.sh\n    volumes: [".:/app"]\n'),
      files: { 'start.sh': { text: '#!/bin/bash\nls\n', mode: 0o755 } },
      services: {
        web: {
          container: ended(255, { mounts: [aMount('/srv', '/app', { entries: ['start.sh'] })] }),
          logs: ['exec /app/start.sh: no such file or directory'],
        },
      },
    }),
  ],
  [
    'exec_bit',
    aCapture({
      compose: web('    entrypoint: /app/start.sh\n    volumes: [".:/app"]\n'),
      files: { 'start.sh': '#!/bin/sh\nls\n' },
      services: {
        web: {
          container: ended(126, {
            user: '1001',
            mounts: [aMount('/srv', '/app', { entries: ['start.sh'] })],
            error: 'exec: "/app/start.sh": permission denied: unknown',
          }),
        },
      },
    }),
  ],
  [
    'start_period',
    aCapture({
      compose: web(
        '    healthcheck: { test: "curl -f http://localhost:80/", interval: 1s, retries: 2 }\n',
      ),
      services: {
        web: {
          programs: ['curl'],
          container: {
            ...listening(80),
            ...unhealthy('curl: (7) Failed to connect to localhost port 80: Connection refused', 7),
            ready_after_ms: 9000,
          },
        },
      },
    }),
  ],
  [
    'binds_loopback',
    aCapture({
      compose: web(
        '    command: [uvicorn, "a:b", --host, 127.0.0.1, --port, "8000"]\n    expose: [8000]\n',
      ),
      services: {
        web: {
          container: listening(8000, '127.0.0.1'),
          logs: ['INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)'],
        },
      },
      red: [refusedAt('http://web:8000/', 'web')],
    }),
  ],
  [
    'localhost_peer',
    aCapture({
      compose: web(
        '    environment: { PGHOST: localhost }\n    depends_on: { db: { condition: service_healthy } }\n',
        db,
      ),
      services: {
        web: { container: ended(1), logs: ['Error: connect ECONNREFUSED 127.0.0.1:5432'] },
        db: healthyDb,
      },
    }),
  ],
  [
    'read_only_root',
    aCapture({
      compose: web('    read_only: true\n'),
      services: {
        web: {
          container: ended(1),
          logs: [
            'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
          ],
        },
      },
    }),
  ],
];
