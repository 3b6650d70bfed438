import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { composeConfig, type ComposeConfig } from '../contracts/compose.ts';
import { ComposeError } from './compose-error.ts';
import { referencedFiles } from './compose-files.ts';
import { streamCompose } from './images/stream-compose.ts';

export { ComposeError } from './compose-error.ts';

const run = promisify(execFile);

/** Docker Compose itself: it reads the file and creates containers; it never starts or stops any. */
export interface Compose {
  /** The files that are read, the override beside the main one included. */
  files: string[];
  config(): Promise<ComposeConfig>;
  /** Each service's config hash. */
  hashes(): Promise<Map<string, string>>;
  /**
   * Makes the containers of these services, as many as the file asks for, or makes them anew where the file has changed;
   * those that `keep` leaves as they are.
   */
  create(services: string[], existing?: 'keep'): Promise<void>;
  /** Builds a service's image. @param on hears each line of its output */
  build(service: string, on: (line: string) => void, signal: AbortSignal): Promise<void>;
}

const overrideNames = (file: string): string[] => {
  const match = /^(.*(?:docker-)?compose)\.(ya?ml)$/.exec(file);
  return match === null ? [] : [`${match[1]}.override.yml`, `${match[1]}.override.yaml`];
};

/** Keys of models, and what VX11's own processes know each other by. */
const secrets = [
  'VX11_LLM_KEY',
  'DEEPSEEK_API_KEY',
  'DEEPSEEK_API_TOKEN',
  'ANTHROPIC_API_KEY',
  'VX11_TOKEN',
  'VX11_INTERNAL_KEY',
];

/** Compose files may ask for whatever is in the environment; for a secret only by its name in one of them. */
async function environmentFor(files: string[]): Promise<NodeJS.ProcessEnv> {
  // a file that cannot be read is Compose's to complain of
  const all = [...files, ...(await referencedFiles(files))];
  const texts = await Promise.all(all.map((file) => readFile(file, 'utf8').catch(() => '')));
  const hidden = new Set(secrets.filter((name) => !texts.some((text) => text.includes(name))));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !hidden.has(name)));
}

/** Reading takes a tenth of a second; creating waits for networks and volumes. */
const limits = { configMs: 30_000, createMs: 120_000 };

/**
 * @param file the stack's compose file
 * @param binary the Compose plugin itself, where it is known: a tenth of a second faster than through `docker`
 * @param socket the Engine that containers are made on: the same that starts and stops them
 */
export function createCompose(file: string, binary: string | undefined, socket: string): Compose {
  const files = [file, ...overrideNames(file).filter((name) => existsSync(name))];
  const [command, first] = binary === undefined ? ['docker', ['compose']] : [binary, []];
  const base = [...first, ...files.flatMap((name) => ['-f', name]), '--profile', '*'];
  const compose = async (args: string[], timeout: number): Promise<string> => {
    try {
      const { stdout } = await run(command, [...base, ...args], {
        cwd: dirname(file),
        env: { ...(await environmentFor(files)), DOCKER_HOST: `unix://${socket}` },
        timeout,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 ** 2,
      });
      return stdout;
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      throw new ComposeError((stderr ?? '').trim() || message, { cause: error });
    }
  };
  return {
    files: [...files, join(dirname(file), '.env')],
    config: async () => {
      // its JSON leaves out the extension fields of services, its YAML has them
      const text = await compose(['config'], limits.configMs);
      const parsed = composeConfig.safeParse(parse(text));
      if (parsed.success) return parsed.data;
      const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new ComposeError(lines.join('; '));
    },
    hashes: async () => {
      const text = await compose(['config', '--hash', '*'], limits.configMs);
      const pairs = text
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((pair) => pair.length === 2);
      return new Map(pairs as [string, string][]);
    },
    create: async (services, existing) => {
      const flags = [
        'up',
        '--no-start',
        '--no-deps',
        '--no-build',
        '--pull',
        'never',
        '--quiet-pull',
        ...(existing === 'keep' ? ['--no-recreate'] : []),
      ];
      await compose([...flags, '--', ...services], limits.createMs);
    },
    build: async (service, on, signal) => {
      const env = { ...(await environmentFor(files)), DOCKER_HOST: `unix://${socket}` };
      const args = [...base, 'build', '--', service];
      await streamCompose(command, args, { cwd: dirname(file), env }, on, signal);
    },
  };
}
