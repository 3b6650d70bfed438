import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '../../docker-compose.yml');

test("madre's home has the same path on the host, because the Engine mounts the guard's folder from there", () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { environment, volumes } = services.madre;
  expect(volumes).toContain(`${environment.VX11_HOME}:${environment.VX11_HOME}`);
});
