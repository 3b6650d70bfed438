import { expect, test } from 'vitest';
import { printedValue } from '../../../../domain/drift/patch/printed-value.ts';
import type { YamlValue } from '../../../../domain/patches/yaml-value.ts';

// each as Compose 5.0.2 printed it
test.each<[string, YamlValue, YamlValue]>([
  ['mem_limit', '64m', '67108864'],
  ['mem_limit', '1.5g', '1610612736'],
  ['mem_limit', '10 m', '10485760'],
  ['mem_limit', '1MiB', '1048576'],
  ['mem_limit', 1024, 1024],
  ['shm_size', '128mb', '134217728'],
  ['deploy.resources.limits.memory', '1kb', '1024'],
  ['stop_grace_period', '90s', '1m30s'],
  ['healthcheck.interval', '1500ms', '1.5s'],
  ['healthcheck.interval', '0.5s', '500ms'],
  ['healthcheck.timeout', '2h', '2h0m0s'],
  ['healthcheck.start_period', '1h0.5s', '1h0m0.5s'],
  ['healthcheck.start_interval', '100us', '100µs'],
  ['healthcheck.test', 'a && b', ['CMD-SHELL', 'a && b']],
  ['command', 'sleep 5', ['sleep', '5']],
  ['command', ' sh -c "sleep 1; exit 3" ', ['sh', '-c', 'sleep 1; exit 3']],
  ['command', `a\\ b '' "c \\" d" 'e\\f' g"h"i`, ['a b', '', 'c " d', 'e\\f', 'ghi']],
  ['entrypoint', '/no/such/entrypoint', ['/no/such/entrypoint']],
  ['environment.command', 'sleep 5', 'sleep 5'],
  ['user', 'root', 'root'],
])('what Compose prints of %s: %s is known', (key, written, printed) =>
  expect(printedValue(key.split('.'), written)).toEqual(printed),
);

// Compose reads `a;b` as `a`, and refuses the rest
test.each(['a;b', 'a > b', 'x=$$(date)', 'a\\nb', '"a', 'a \\'])(
  'the command %s, of which Compose makes something else, is not split',
  (text) => expect(printedValue(['command'], text)).toBe(text),
);
