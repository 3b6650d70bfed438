import { python } from './programs.ts';
import {
  healthy,
  page,
  programs,
  second,
  service,
  stack,
  tiny,
  web,
  www,
  type Seed,
} from './seed.ts';

const httpd = `${tiny}\ncommand: [httpd, -f, -p, '8080', -h, /www]\nvolumes: ["./www:/www:ro"]\nexpose: ["8080"]`;
const ok = [{ name: 'other', url: 'http://web:8080/other', conditions: ['[BODY] == ok'] }];
const py = (settings: string, check = page): string =>
  web(`${programs}\ncommand: [python3, server.py]\nexpose: ["8080"]\n${settings}`, check);

/** Starts, health, memory, order and images. */
export const lifecycleSeeds: Seed[] = [
  {
    name: 'a health check by curl in an image with wget',
    class: 'health_program_missing',
    files: {
      'compose.yaml': web(
        `${httpd}\nhealthcheck: { test: [CMD, curl, -f, "http://127.0.0.1:8080/"], interval: 1s, timeout: 2s, retries: 2 }`,
        healthy,
      ),
      ...www,
    },
    end: 'proved',
    hidden: second,
  },
  {
    name: 'a health check by curl in a shell of an image with Python',
    class: 'health_program_missing',
    files: {
      'compose.yaml': py(
        'healthcheck: { test: "curl -f http://localhost:8080/ || exit 1", interval: 1s, timeout: 2s, retries: 2 }',
        healthy,
      ),
      'app/server.py': python(),
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'an image tag with a typo',
    class: 'image_tag_missing',
    files: { 'compose.yaml': web(httpd.replace(':local', ':locla')), ...www },
    end: 'proved',
    adds: ['image: vx11-tiny:local'],
    hidden: second,
  },
  {
    name: 'an image tag that its sibling has right',
    class: 'image_tag_missing',
    files: {
      'compose.yaml': stack([
        service('web', httpd.replace(':local', ':2.1'), page),
        service('other', `${tiny}\ncommand: [sleep, '1000']`),
      ]),
      ...www,
    },
    end: 'proved',
    adds: ['image: vx11-tiny:local'],
    hidden: second,
  },
  {
    name: 'a memory limit that the program exceeds',
    class: 'memory_limit',
    files: {
      'compose.yaml': py('mem_limit: 24m\nmemswap_limit: 24m'),
      'app/server.py': python("cache = bytearray(b'1') * (26 * 1024 * 1024)"),
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'a program that connects before its peer listens',
    class: 'dependency_order',
    files: {
      'compose.yaml': stack([
        service(
          'web',
          `${programs}\ncommand: [python3, server.py]\nexpose: ["8080"]\nenvironment:\n  DB_HOST: db`,
          page,
        ),
        service(
          'db',
          `${tiny}\ncommand: [sh, -c, 'sleep 3; exec httpd -f -p 5432 -h /tmp']\nexpose: ["5432"]\nhealthcheck: { test: "echo | nc -w 1 127.0.0.1 5432", interval: 1s, timeout: 1s, retries: 10 }`,
        ),
      ]),
      'app/server.py': python(
        "import socket\nsocket.create_connection((os.environ['DB_HOST'], 5432), 2).close()",
      ),
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'a program that needs what a job prepares',
    class: 'dependency_order',
    files: {
      'compose.yaml': stack(
        [
          service(
            'web',
            `${programs.replace('ro"]', 'ro", "data:/data"]')}\ncommand: [python3, server.py]\nexpose: ["8080"]\ndepends_on: [migrate]`,
            page,
          ),
          service(
            'migrate',
            `${tiny}\ncommand: [sh, -c, 'sleep 2; echo done > /data/schema']\nvolumes: ["data:/data"]\nlabels: { vx11.note: job }`,
          ),
        ],
        'volumes:\n  data:\n',
      ),
      'app/server.py': python("print(open('/data/schema').read(), flush=True)"),
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'a start that takes longer than its health check waits',
    class: 'start_period',
    files: {
      'compose.yaml': py(
        'healthcheck: { test: [CMD, wget, -q, -O, /dev/null, "http://127.0.0.1:8080/"], interval: 1s, timeout: 1s, retries: 2 }',
        healthy,
      ),
      'app/server.py': python('import time\ntime.sleep(5)'),
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'a limit of processes',
    class: 'pids_limit',
    files: {
      'compose.yaml': py('pids_limit: 6'),
      'app/server.py': python(
        'import threading, time\nfor nth in range(8):\n    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()',
      ),
    },
    end: 'proved',
    hidden: ok,
  },
];
