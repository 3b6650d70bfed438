import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { causeIn } from './cause.ts';
import { ComposeError } from './compose-error.ts';
import { environmentFor } from './environment.ts';
import { readFilesOf, type ReadFiles } from './files.ts';
import { findSource, profilesOf, type ComposeSource } from './source.ts';

const run = promisify(execFile);

/** The stack's files as they are found now, and Compose called on them. */
export interface ComposeCall {
  source: ComposeSource;
  files: ReadFiles;
  /** Profiles that are on for `docker compose` where no flag names any. */
  profiles: string[];
  /** Every file that an answer of Compose, or the way that it is called, depends on; also those that are not there. */
  watched: string[];
  /** The same for who runs Compose otherwise; `args` come first, and name the stack's own files. */
  how: { command: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv };
  /** Runs Compose on the stack's own files. @throws ComposeError */
  own(args: string[], timeoutMs: number): Promise<string>;
  /**
   * Runs Compose on this text in the place of the first compose file, or of all of them.
   * @throws ComposeError
   */
  on(text: string, args: string[], timeoutMs: number, rest?: readonly string[]): Promise<string>;
}

/** Services of every profile: which of them are open is what windows say. */
const everyProfile = ['--profile', '*'];

/**
 * @param named as VX11_COMPOSE_FILE has it
 * @param binary the Compose plugin itself, where it is known: some hundredths of a second faster than through `docker`
 * @throws ComposeError where the files are not there
 */
export async function prepareCall(
  named: string,
  binary: string | undefined,
  socket: string,
): Promise<ComposeCall> {
  const source = await findSource(named, process.env);
  const files = await readFilesOf(source, process.env);
  const [command, first] = binary === undefined ? ['docker', ['compose']] : [binary, []];
  const env = {
    ...(await environmentFor(process.env, [...files.compose, ...files.values])),
    // the folder by the name that people know it by: an unnamed project has its last part
    PWD: source.folder,
    DOCKER_HOST: `unix://${socket}`,
  };
  const cwd = source.folder;
  const own = [...first, ...source.flags, ...everyProfile];
  const call = async (args: string[], timeout: number, input?: string): Promise<string> => {
    const options = { cwd, env, timeout, killSignal: 'SIGKILL' } as const;
    const running = run(command, args, { ...options, maxBuffer: 64 * 1024 ** 2 });
    running.child.stdin?.on('error', () => undefined).end(input);
    try {
      return (await running).stdout;
    } catch (error) {
      const { stderr, message, code } = error as {
        stderr?: string;
        message: string;
        code?: unknown;
      };
      const what = code === 'ENOENT' ? `${command} cannot be run: ${message}` : message;
      throw new ComposeError(causeIn(stderr ?? '') || what, { cause: error });
    }
  };
  return {
    source,
    files,
    profiles: await profilesOf(source, process.env),
    watched: [...new Set([...files.compose, ...files.values, ...source.others])],
    how: { command, args: own, cwd, env },
    own: (args, timeout) => call([...own, ...args], timeout),
    on: (text, args, timeout, rest = []) => {
      const flags = ['-f', '-', ...rest.flatMap((file) => ['-f', file])];
      const folder = ['--project-directory', projectFolder(source)];
      return call([...first, ...flags, ...folder, ...everyProfile, ...args], timeout, text);
    },
  };
}

const projectFolder = ({ files, folder }: ComposeSource): string => {
  const [first] = files;
  return first === undefined ? folder : first.slice(0, first.lastIndexOf('/')) || '/';
};
