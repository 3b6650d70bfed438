import { knownProviders } from '../../activities/routing/catalog/known/known-providers.ts';
import { envVariables, holdsSecret } from '../../contracts/env.ts';
import { ownVariables } from '../up/own-variables.ts';

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

/** What else the processes and Docker's tools read. */
const beside = ['HOME', 'PATH', 'DOCKER_HOST', 'DOCKER_CONTEXT'];
const providers = [...knownProviders.values()];
const providerKeys = new Set(providers.flatMap(({ keys }) => keys));
/** Variables that hold the secrets of channels for notices. */
const channelSecret = /^VX11_NOTIFY_/;
const kept = new Set([
  ...beside,
  ...Object.keys(envVariables),
  ...Object.keys(ownVariables),
  ...providers.flatMap(({ base_url }) => base_url?.match(/(?<=\{)\w+(?=\})/g) ?? []),
]);

/** The names of the variables that a unit does not take over, by reason. */
export interface LeftOut {
  /** They hold keys, tokens or passwords, and belong into a file that only the user of the unit can read. */
  secret: string[];
  /** They look like settings, but are none of `vx11 up`. */
  unknown: string[];
}

const isSecret = (name: string, value: string): boolean =>
  kept.has(name) ? holdsSecret(name, value) : providerKeys.has(name) || channelSecret.test(name);

/** What a unit leaves out of these variables; those that are empty count as unset. */
export function leftOutOf(env: NodeJS.ProcessEnv): LeftOut {
  const given = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value ? [[name, value]] : [],
  );
  const names = (is: (name: string, value: string) => boolean): string[] =>
    given
      .filter(([name, value]) => is(name, value))
      .map(([name]) => name)
      .toSorted();
  return {
    secret: names(isSecret),
    unknown: names(
      (name, value) =>
        /^(?:VX11|TEMPORAL|OTEL)_/.test(name) && !kept.has(name) && !isSecret(name, value),
    ),
  };
}

/**
 * The text of a unit that runs `vx11 up`. Its stop leaves open windows to the guard, and the next start takes them over
 * again.
 */
export function systemdUnit({ program, folder, env, user }: UnitSettings): string {
  const settings = Object.entries(env)
    .filter(([name, value]) => kept.has(name) && value !== undefined && !isSecret(name, value))
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
    `EnvironmentFile=-${secretsFile(user, '%h')}`,
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

const secretsFile = (user: boolean, home: string): string =>
  user ? `${home}/.config/vx11.env` : '/etc/vx11.env';

/** The next steps, and what has to be put elsewhere for the unit to run as this environment does. */
export const unitHints = (user: boolean, { secret, unknown }: LeftOut): string[] => [
  ...(secret.length === 0
    ? []
    : [
        `Not in the unit, because they hold keys or passwords: ${secret.join(', ')}. Put them into ${secretsFile(user, '~')}, one NAME=value a line, mode 0600.`,
      ]),
  ...(unknown.length === 0
    ? []
    : [`Not in the unit, because vx11 up has no such setting: ${unknown.join(', ')}.`]),
  ...(user
    ? [
        'Write it to ~/.config/systemd/user/vx11.service, then: systemctl --user enable --now vx11',
        'So that it runs while you are not signed in: loginctl enable-linger',
      ]
    : ['Write it to /etc/systemd/system/vx11.service, then: systemctl enable --now vx11']),
];

/** A quoted value: systemd reads `%`, `\\` and `"` in it. */
const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;

/** The same for a word of a command, in which systemd also expands variables. */
const word = (value: string): string => quoted(value).replaceAll('$', '$$$$');
