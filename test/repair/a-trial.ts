/** Opens a trial, says so, and waits to be killed. Its argument is JSON: `{ id, folder, home }`. */
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { join } from 'node:path';
import { openTrial } from '../../activities/repair/trial/open-trial.ts';
import { openStore } from '../../store/index.ts';
import { createPowerHost } from '../../workers/madre/power-host.ts';

const { id, folder, home } = JSON.parse(process.argv[2]!) as Record<
  'id' | 'folder' | 'home',
  string
>;
const store = await openStore(`sqlite:${join(home, 'killed.db')}`);
const power = await createPowerHost(
  {
    host: 'host-b',
    home,
    composeFile: join(folder, 'compose.yaml'),
    composeBinary: process.env['VX11_COMPOSE_BIN'],
    dockerConfig: home,
    socket: '/var/run/docker.sock',
    image: 'none',
    guard: false,
    key: null,
  },
  {
    store,
    registry: new Registry(),
    log: pino({ level: 'silent' }),
    onEngineEvents() {},
    onRounds() {},
  },
);
await openTrial(
  {
    checks: {
      power,
      runs() {
        throw new Error('none');
      },
      folder: home,
      version: '0',
      tasks: { run: () => Promise.reject(new Error('not here')) },
      metrics: { ended() {}, throttled() {}, checked() {} },
    },
    home,
    copies: join(home, 'trials'),
    owner: home,
    boot: 'killed',
    live: new Set(),
  },
  {
    id,
    folder,
    patched: [],
    services: ['web'],
    deadline: Date.now() + 120_000,
    signal: new AbortController().signal,
  },
);
console.log('up');
setInterval(() => undefined, 1000);
