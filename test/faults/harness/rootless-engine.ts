import { execFile, execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { testProgram } from '../../stack/program.ts';
import { until } from '../../stack/wait.ts';

const run = promisify(execFile);

/** A test's own dockerd that runs as a user of the machine without root. */
export interface RootlessEngine {
  socket: string;
  docker: Docker;
  /** The user's id. */
  uid: number;
  /** A folder that belongs to the user. */
  home: string;
  destroy(): Promise<void>;
}

const user = firstUser();

/** Why a rootless dockerd cannot run here; null if it can. */
export const noRootlessEngine: string | null = whyNot();

function whyNot(): string | null {
  if (process.getuid?.() !== 0 || process.platform !== 'linux')
    return 'a test that starts a rootless dockerd needs Linux and root';
  if (user === null) return 'no user has a range of ids in /etc/subuid: adduser NAME';
  try {
    execFileSync('which', ['rootlesskit', 'slirp4netns', 'newuidmap', 'dockerd', 'setpriv']);
    // anybody may open it, as udev has it by default
    accessSync('/dev/net/tun', constants.R_OK);
    return null;
  } catch {
    return 'no rootless dockerd can start: apt-get install rootlesskit slirp4netns uidmap';
  }
}

/** @param images loaded from the machine's Engine */
export async function startRootlessEngine(images: readonly string[]): Promise<RootlessEngine> {
  const { name, uid, gid } = user!;
  const folder = await mkdtemp(join(tmpdir(), 'vx11-rootless-'));
  const at = (path: string): string => join(folder, path);
  await chmod('/dev/net/tun', 0o666);
  for (const path of ['run', 'data', 'home']) await mkdir(at(path), { mode: 0o700 });
  for (const path of ['', 'run', 'data', 'home']) await chown(at(path), uid, gid);
  const socket = at('run/docker.sock');
  const daemon = [
    'rm -f /run/docker /run/containerd /run/xtables.lock;',
    `exec dockerd --host unix://${socket} --data-root ${at('data')} --exec-root ${at('run/exec')}`,
    `--pidfile ${at('run/docker.pid')} --log-level warn --shutdown-timeout 2`,
  ].join(' ');
  const kit = [
    `--state-dir=${at('run/kit')} --net=slirp4netns --mtu=65520 --port-driver=builtin`,
    '--slirp4netns-sandbox=auto --slirp4netns-seccomp=auto --disable-host-loopback',
    '--copy-up=/etc --copy-up=/run --propagation=rslave',
  ].flatMap((line) => line.split(' '));
  const as = ['--reuid', String(uid), '--regid', String(gid), '--init-groups'];
  const program = testProgram(
    'setpriv',
    [...as, 'rootlesskit', ...kit, 'sh', '-c', daemon],
    { HOME: at('home'), USER: name, XDG_RUNTIME_DIR: at('run') },
    join(tmpdir(), `${folder.split('/').at(-1)}.log`),
  );
  program.start();
  const docker = new Docker({ socketPath: socket });
  await until('the rootless dockerd answers', () => docker.ping().then(() => true)).catch(
    (error: unknown) => {
      throw new Error(`it does not answer:\n${program.log().slice(-2000)}`, { cause: error });
    },
  );
  for (const image of images)
    await run('sh', ['-c', `docker save ${image} | docker -H unix://${socket} load`]);
  return {
    socket,
    docker,
    uid,
    home: at('home'),
    async destroy() {
      const all = await docker.listContainers({ all: true });
      await Promise.all(all.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The first user with a range of ids for a user namespace. */
function firstUser(): { name: string; uid: number; gid: number } | null {
  const lines = (file: string): string[][] => {
    try {
      return readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.split(':'));
    } catch {
      return [];
    }
  };
  const users = lines('/etc/passwd');
  for (const [name = ''] of lines('/etc/subuid')) {
    const known = users.find((one) => one[0] === name);
    if (known !== undefined && name !== 'root')
      return { name, uid: Number(known[2]), gid: Number(known[3]) };
  }
  return null;
}
