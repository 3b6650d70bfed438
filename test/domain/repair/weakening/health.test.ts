import { describe, expect, test } from 'vitest';
import { inFile, inService } from './judge.ts';

const shell = (command: string, more = {}) => ({
  healthcheck: { test: ['CMD-SHELL', command], ...more },
});
const curl = 'curl -fsS http://localhost:8080/health || exit 1';

describe('a health check', () => {
  test.each<[string, string]>([
    ['true', 'health_check_cannot_fail'],
    [':', 'health_check_cannot_fail'],
    ['exit 0', 'health_check_cannot_fail'],
    ['/bin/true', 'health_check_cannot_fail'],
    ['echo ok', 'health_check_cannot_fail'],
    ['sleep 1', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health || true', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health || exit 0', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health || :', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health || echo down', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health; exit 0', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health; true', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health &', 'health_check_cannot_fail'],
    ['curl -f http://localhost:8080/health | cat', 'health_check_cannot_fail'],
    ['if curl -f http://localhost:8080/health; then echo up; fi', 'health_check_cannot_fail'],
    ['sh -c "curl -f http://localhost:8080/health || true"', 'health_check_cannot_fail'],
    ['test 1', 'health_check_cannot_fail'],
    ['[ 1 = 1 ]', 'health_check_cannot_fail'],
    ['python3 -c "pass"', 'health_check_cannot_fail'],
    ['node -e "0"', 'health_check_cannot_fail'],
    [
      'node -e "fetch(\'http://127.0.0.1:8080/health\').catch(() => {})"',
      'health_check_cannot_fail',
    ],
    [
      'node -e "fetch(\'http://127.0.0.1:8080/health\').then(() => process.exit(0))"',
      'health_check_cannot_fail',
    ],
    ['nc -z 127.0.0.1 8080', 'health_check_weakened'],
    ['bash -c "</dev/tcp/127.0.0.1/8080"', 'health_check_weakened'],
    ['pgrep python', 'health_check_weakened'],
    ['curl -fsS http://localhost:8080/ || exit 1', 'health_check_weakened'],
    ['curl -fsS http://localhost:8080/healthz || exit 1', 'health_check_weakened'],
    ['curl -s http://localhost:8080/health || exit 1', 'health_check_weakened'],
    ['curl -fkS http://localhost:8080/health --insecure || exit 1', 'health_check_weakened'],
  ])('that becomes %s', (after, word) => {
    expect(inService(shell(curl), shell(after))).toEqual([word]);
  });

  test.each<[string, object]>([
    ['that is removed', {}],
    ['that is disabled', { healthcheck: { disable: true } }],
    ['that is NONE', { healthcheck: { test: ['NONE'] } }],
  ])('%s', (_, after) => {
    expect(inService(shell(curl), { ...after })).toEqual(['health_check_removed']);
  });

  test.each<[string, object, object]>([
    ['with more retries', { retries: 3 }, { retries: 30 }],
    ['with a longer interval', { interval: '5s' }, { interval: '1h' }],
    ['with a longer timeout', { timeout: '3s' }, { timeout: '5m' }],
    ['with a start period of an hour', { start_period: '5s' }, { start_period: '1h0m0s' }],
  ])('%s', (_, before, after) => {
    expect(inService(shell(curl, before), shell(curl, after))).toEqual(['health_check_weakened']);
  });

  test('that no longer looks for a word in the answer', () => {
    const grep = 'wget -qO- http://localhost/s | grep -q ready';
    expect(inService(shell(grep), shell('wget -qO- http://localhost/s'))).toEqual([
      'health_check_weakened',
    ]);
  });

  test.each<[string, string]>([
    [curl, 'wget -q -O /dev/null http://127.0.0.1:8080/health'],
    [curl, 'wget -q --spider http://127.0.0.1:8080/health || exit 1'],
    [curl, 'curl -fsS http://localhost:8081/health || exit 1'],
    [
      curl,
      'python3 -c "import urllib.request as r; r.urlopen(\'http://127.0.0.1:8080/health\', timeout=3)"',
    ],
    [
      curl,
      'node -e "fetch(\'http://127.0.0.1:8080/health\').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"',
    ],
    ['curl -f http://localhost:8080', 'wget -q -O- http://127.0.0.1:8080/'],
    ['python /app/ready.py --deep', 'python3 /app/ready.py --deep'],
    ['pg_isready -U shop', 'pg_isready -U shop -d shop'],
  ])('may be mended: %s → %s', (before, after) => {
    expect(inService(shell(before), shell(after))).toEqual([]);
  });

  test('may be given a start period, or a shorter interval', () => {
    const after = shell(curl, { start_period: '45s', interval: '2s' });
    expect(inService(shell(curl, { interval: '5s' }), after)).toEqual([]);
  });

  test('of a Dockerfile counts too', () => {
    const text = `FROM python:3.12\nHEALTHCHECK --interval=5s CMD ${curl}\nUSER app\n`;
    const after = (line: string): string[] =>
      inFile('Dockerfile', text, text.replace(/HEALTHCHECK.*\n/, line));
    expect(after('')).toEqual(['health_check_removed']);
    expect(after('HEALTHCHECK NONE\n')).toEqual(['health_check_removed']);
    expect(after('HEALTHCHECK CMD true\n')).toEqual(['health_check_cannot_fail']);
    expect(after('HEALTHCHECK CMD nc -z localhost 8080\n')).toEqual(['health_check_weakened']);
    expect(after('HEALTHCHECK CMD wget -q -O- http://127.0.0.1:8080/health\n')).toEqual([]);
  });
});
