import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '../../docker-compose.yml');

test("madre's home is at the same place on the machine, where the Engine looks for the guard's folder", () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { environment, volumes } = services.madre;
  expect(volumes).toContain(`${environment.VX11_HOME}:${environment.VX11_HOME}`);
});
