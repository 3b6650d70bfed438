import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder into which scripts/bootstrap/client-generators.mjs installs the generators. */
const folder = join(import.meta.dirname, '../../.tools/clients');
const script = (name: string): string => join(folder, 'node_modules', name);

export const typeScript = {
  modules: join(folder, 'node_modules'),
  generator: script('openapi-typescript/bin/cli.js'),
  compiler: script('typescript/bin/tsc'),
};
export const hasTypeScript = Object.values(typeScript).every((file) => existsSync(file));

export const python = {
  bin: join(folder, 'python/bin'),
  generator: join(folder, 'python/bin/openapi-python-client'),
  interpreter: join(folder, 'python/bin/python'),
};
export const hasPython = Object.values(python).every((file) => existsSync(file));

/** Clients of language models from PyPI, which the same script installs. */
export const modelClients = {
  interpreter: join(folder, 'models/bin/python'),
  /** Of what they compile. */
  cache: join(folder, 'models/pycache'),
};
/** The note is written last, so that only a complete installation counts. */
export const hasModelClients = existsSync(join(folder, 'models/requirements.txt'));
