/** What a unit is made of. */
export interface UnitSettings {
  /** The program and its arguments. */
  program: string[];
  /** Where it runs: relative paths in settings start there. */
  folder: string;
  /** Where the settings come from. */
  env: NodeJS.ProcessEnv;
  /** Whether it is a unit of the user manager. */
  user: boolean;
}

/** Settings that a unit takes over; keys and tokens belong into a file that only its user can read. */
const kept = /^(?:HOME|PATH|DOCKER_CONFIG|DOCKER_HOST|(?:VX11|TEMPORAL)_.*)$/;
const secret = /TOKEN|KEY|PASSWORD|SECRET|_URL$/;

/**
 * The text of a unit that runs `vx11 up`. Its stop leaves open windows to the guard, and the next start takes them over
 * again.
 */
export function systemdUnit({ program, folder, env, user }: UnitSettings): string {
  const settings = Object.entries(env)
    .filter(([name]) => kept.test(name) && !secret.test(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  const docker = user
    ? []
    : ['Wants=network-online.target docker.service', 'After=network-online.target docker.service'];
  return [
    '[Unit]',
    'Description=VX11 keeps Compose services asleep and wakes them in windows',
    ...docker,
    '',
    '[Service]',
    'Type=notify',
    '# systemd-notify says that it is ready',
    'NotifyAccess=all',
    `WorkingDirectory=${folder.replaceAll('%', '%%')}`,
    ...settings,
    '# keys and tokens, one NAME=value a line, readable by its user only',
    `EnvironmentFile=-${user ? '%h/.config/vx11.env' : '/etc/vx11.env'}`,
    `ExecStart=${program.map(word).join(' ')}`,
    '# the first start installs and builds what is missing',
    'TimeoutStartSec=45min',
    '# the supervisor ends its processes in order',
    'KillMode=mixed',
    'TimeoutStopSec=60',
    'Restart=on-failure',
    'RestartSec=5',
    '',
    '[Install]',
    `WantedBy=${user ? 'default.target' : 'multi-user.target'}`,
  ].join('\n');
}

/** The next steps. */
export const unitHints = (user: boolean): string[] =>
  user
    ? [
        'Write it to ~/.config/systemd/user/vx11.service, then: systemctl --user enable --now vx11',
        'So that it runs while you are not signed in: loginctl enable-linger',
      ]
    : ['Write it to /etc/systemd/system/vx11.service, then: systemctl enable --now vx11'];

/** A quoted value: systemd reads `%`, `\\` and `"` in it. */
const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;

/** The same for a word of a command, in which systemd also expands variables. */
const word = (value: string): string => quoted(value).replaceAll('$', '$$$$');
