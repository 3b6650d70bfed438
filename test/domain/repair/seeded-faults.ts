import type { Capture } from '../../../domain/repair/capture.ts';
import type { FaultClass } from '../../../domain/repair/fault-classes.ts';
import { aCapture, aMount, ended, listening, refusedAt } from './a-capture.ts';
import { db, healthyDb, unhealthy, web } from './seeded-stacks.ts';

/** Faults as they look with all their traces, each for one rule only. */
export const faults: [FaultClass, Capture][] = [
  [
    'wrong_port',
    aCapture({
      compose: web(
        '    environment: { PORT: 3000 }\n    ports: ["8080:8000"]\n    healthcheck: { test: "curl -f http://localhost:3000/" }\n',
      ),
      services: {
        web: {
          container: { ...listening(3000), health: 'healthy' },
          logs: ['Server listening on 0.0.0.0:3000'],
        },
      },
      red: [refusedAt('http://localhost:8080/', 'web')],
    }),
  ],
  [
    'wrong_port',
    aCapture({
      compose: web(
        '    environment: { DATABASE_URL: "postgres://app@db:5433/app" }\n    depends_on: { db: { condition: service_healthy } }\n',
        `${db}    expose: [5432]\n`,
      ),
      services: {
        web: { container: ended(1), logs: ['Error: connect ECONNREFUSED 172.18.0.2:5433'] },
        db: healthyDb,
      },
    }),
  ],
  [
    'env_missing',
    aCapture({
      compose: web('', db),
      files: { '.env.example': 'QUEUE=jobs\n' },
      services: {
        web: {
          container: ended(1),
          logs: [
            'Traceback (most recent call last):',
            '  File "/app/app.py", line 3, in <module>',
            "    q = os.environ['QUEUE']",
            '  File "<frozen os>", line 685, in __getitem__',
            "KeyError: 'QUEUE'",
          ],
        },
        db: healthyDb,
      },
    }),
  ],
  [
    'health_program_missing',
    aCapture({
      compose: web('    healthcheck: { test: "curl -f http://localhost:80/ || exit 1" }\n'),
      services: {
        web: {
          programs: ['sh', 'wget'],
          container: { ...listening(80), ...unhealthy('/bin/sh: curl: not found') },
        },
      },
    }),
  ],
  [
    'no_common_network',
    aCapture({
      compose: `${web('    networks: [a]\n', `${db}    networks: [b]\n`)}networks: { a: , b: }\n`,
      services: {
        web: { container: ended(1, { restarts: 4 }), logs: ['Error: getaddrinfo ENOTFOUND db'] },
        db: healthyDb,
      },
    }),
  ],
  [
    'wrong_mount_target',
    aCapture({
      compose: web('    volumes: ["./conf:/config:ro"]\n'),
      files: { 'conf/app.json': '{}' },
      services: {
        web: {
          container: ended(1, {
            mounts: [aMount('/srv/conf', '/config', { entries: ['app.json'] })],
          }),
          logs: [
            "Error: ENOENT: no such file or directory, open '/app/conf/app.json'",
            '    at Object.openSync (node:fs:573:18)',
            '    at Object.<anonymous> (/app/server.js:3:9)',
          ],
        },
      },
    }),
  ],
  [
    'image_tag_missing',
    aCapture({
      compose: web('').replace('web:1', 'web:1.1'),
      images: ['web:1.0'],
      services: { web: { container: null } },
      red: [{ service: 'web', cause: 'not_started', detail: 'No such image: web:1.1' }],
    }),
  ],
  [
    'memory_limit',
    aCapture({
      compose: web('    mem_limit: 32m\n    depends_on: [db]\n', db),
      services: {
        web: {
          container: ended(137, { out_of_memory: true, memory_limit_bytes: 32 * 1024 ** 2 }),
          logs: ['loading'],
        },
        db: healthyDb,
      },
    }),
  ],
  [
    'dependency_order',
    aCapture({
      compose: web('    environment: { DB_HOST: db }\n', db),
      services: {
        web: {
          container: ended(1),
          logs: [
            'connecting',
            'psycopg2.OperationalError: connection to server at "db" (172.18.0.3), port 5432 failed: Connection refused',
            '\tIs the server running on that host and accepting TCP/IP connections?',
          ],
        },
        db: healthyDb,
      },
    }),
  ],
  [
    'bad_flag',
    aCapture({
      compose: web('    command: [serve, --lisen, "80"]\n'),
      services: {
        web: {
          container: ended(2),
          logs: [
            'usage: serve [-h] [--listen PORT]',
            'serve: error: unrecognized arguments: --lisen 80',
          ],
        },
      },
    }),
  ],
];
