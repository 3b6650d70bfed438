import { describe, expect, test } from 'vitest';
import { inFile } from './judge.ts';

describe('where Compose refuses the files, their lines are judged', () => {
  const text =
    'services:\n  web:\n    image: a:1\n    helthcheck:\n      test: curl -f http://web/h\n    mem_limit: 64m\n    read_only: true\n';
  const raw = (after: string): string[] => inFile('compose.yaml', text, after, { before: null });
  test.each<[string, string, string]>([
    ['privileged', `${text}    privileged: true\n`, 'rights_widened'],
    ['root', `${text}    user: root\n`, 'runs_as_root'],
    ['host network', `${text}    network_mode: host\n`, 'network_widened'],
    ['socket', `${text}    volumes: [/var/run/docker.sock:/s]\n`, 'mount_widened'],
    ['no limit', text.replace('    mem_limit: 64m\n', ''), 'limit_removed'],
    ['no read_only', text.replace('read_only: true', 'read_only: false'), 'read_only_off'],
    ['no health check', text.replace(/ {6}test.*\n/, ''), 'health_check_removed'],
    [
      'a check that cannot fail',
      text.replace('curl -f http://web/h', '["CMD", "true"]'),
      'health_check_cannot_fail',
    ],
  ])('%s', (_, after, word) => {
    expect(raw(after)).toContain(word);
  });
  test('a key that is spelled right stays', () => {
    expect(raw(text.replace('helthcheck', 'healthcheck'))).toEqual([]);
  });
});
