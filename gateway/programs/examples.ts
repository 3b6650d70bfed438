import type { ProgramScan, ProgramView } from '../../contracts/programs.ts';

export const scanExample: ProgramScan = {
  scan_id: 'scan-0f3a9b1c2d4e5f60',
  host: 'box',
  owner: 'ana',
  correlation_id: 'desk-4',
  status: 'done',
  cause: null,
  detail: null,
  refresh: false,
  created_at: '2026-11-29T12:00:00.000Z',
  started_at: '2026-11-29T12:00:00.090Z',
  finished_at: '2026-11-29T12:00:01.400Z',
  names: 132,
  found: 1,
  usable: 1,
  asked: 0,
  presence_ms: 24.8,
};

export const programExample: ProgramView = {
  name: 'npm',
  category: 'packages',
  path: '/usr/local/bin/npm',
  realpath: '/usr/local/lib/node_modules/npm/bin/npm-cli.js',
  root: 'image',
  version: '11.6.2',
  version_from: 'file',
  usable: true,
  reason: null,
  auth: 'missing',
  checked_at: '2026-11-29T12:00:00.080Z',
  host: 'box',
};
