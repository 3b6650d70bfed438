import { healthWeakening } from './health.ts';
import { limitWeakenings } from './limits.ts';
import { mountWeakenings } from './mounts.ts';
import { networkWeakenings, portWeakenings } from './network.ts';
import { hidesFailure } from './shell.ts';
import {
  isSame,
  listOf,
  mapOf,
  textOf,
  weakening,
  type ComposeModel,
  type Weakening,
  type WeakeningWord,
} from './word.ts';

type Service = Record<string, unknown>;

/** What the services of a stack lose, or are given, by a patch. */
export function serviceWeakenings(
  before: ComposeModel,
  after: ComposeModel,
  folder: string,
): Weakening[] {
  const [old, now] = [mapOf(before['services']), mapOf(after['services'])];
  const gone = Object.keys(old)
    .filter((name) => !Object.hasOwn(now, name))
    .map((name) => weakening('service_removed', name, 'the service is gone'));
  const changed = Object.entries(now).flatMap(([name, value]) => {
    const [was, is] = [mapOf(old[name]), mapOf(value)];
    if (isSame(was, is)) return [];
    return [
      ...[healthWeakening(name, was['healthcheck'], is['healthcheck'])].filter(
        (one) => one !== null,
      ),
      ...rightsWeakenings(name, was, is),
      ...runWeakenings(name, was, is),
      ...portWeakenings(name, was, is),
      ...networkWeakenings(name, { was, is, before, after }),
      ...mountWeakenings(name, { was, is, folder }),
      ...limitWeakenings(name, was, is),
    ];
  });
  return [...gone, ...changed];
}

const isRoot = (user: string): boolean => /^(?:root|0+)(?::|$)/.test(user);

function rightsWeakenings(name: string, was: Service, is: Service): Weakening[] {
  const found: Weakening[] = [];
  const note = (word: WeakeningWord, what: string): void =>
    void found.push(weakening(word, name, what));
  const [old, now] = [textOf(was['user']), textOf(is['user'])];
  if (old !== now && (isRoot(now) || (now === '' && !isRoot(old))))
    note('runs_as_root', now === '' ? 'it runs as the image says' : 'it runs as root');
  if (is['privileged'] === true && was['privileged'] !== true)
    note('rights_widened', 'it is privileged');
  for (const key of ['cap_add', 'devices', 'device_cgroup_rules', 'group_add', 'volumes_from'])
    if (more(was[key], is[key])) note('rights_widened', `${key} grows`);
  if (more(is['cap_drop'], was['cap_drop'])) note('rights_widened', 'cap_drop shrinks');
  if (!isSame(was['security_opt'] ?? [], is['security_opt'] ?? []))
    note('rights_widened', 'security_opt changes');
  for (const key of ['pid', 'ipc', 'uts', 'cgroup', 'userns_mode'])
    if (/^(?:host|shareable|container:|service:)/.test(textOf(is[key])) && was[key] !== is[key])
      note('rights_widened', `${key} is shared`);
  if (is['use_api_socket'] === true && was['use_api_socket'] !== true)
    note('rights_widened', 'it is given the API of the Engine');
  if (was['read_only'] === true && is['read_only'] !== true)
    note('read_only_off', 'its root is no longer read-only');
  return found;
}

/** Whether a list has an entry that it had not. */
function more(was: unknown, is: unknown): boolean {
  const known = new Set(listOf(was).map((one) => JSON.stringify(one)));
  return listOf(is).some((one) => !known.has(JSON.stringify(one)));
}

function runWeakenings(name: string, was: Service, is: Service): Weakening[] {
  const found: Weakening[] = [];
  const note = (word: WeakeningWord, what: string): void =>
    void found.push(weakening(word, name, what));
  for (const key of ['command', 'entrypoint']) {
    const [old, now] = [lineOf(was[key]), lineOf(is[key])];
    if (old !== now && hidesFailure(now) && !hidesFailure(old))
      note('failure_hidden', `its ${key} hides how its program ends`);
  }
  const keeps = (service: Service): boolean =>
    /^(?:always|unless-stopped|on-failure)/.test(textOf(service['restart']));
  if (keeps(is) && !keeps(was)) note('failure_hidden', 'it is restarted when it fails');
  const [old, now] = [mapOf(was['depends_on']), mapOf(is['depends_on'])];
  for (const [other, need] of Object.entries(old))
    if (strength(now[other]) < strength(need))
      note('dependency_weakened', `it no longer waits for ${other} as it did`);
  const [image, other] = [textOf(was['image']), textOf(is['image'])];
  if (image !== '' && other !== '' && repositoryOf(image) !== repositoryOf(other))
    note('image_replaced', 'its image is of another repository');
  else if (image !== other && other !== '' && /(?::latest|\/[^:/]+|^[^:/]+)$/.test(other))
    note('image_replaced', 'its image has no fixed version');
  for (const [key, value] of Object.entries(mapOf(is['environment'])))
    if (mapOf(was['environment'])[key] !== value && turnsOff(key, textOf(value)))
      note('security_disabled', `${key} turns a protection off`);
  return found;
}

const lineOf = (command: unknown): string =>
  typeof command === 'string' ? command : listOf(command).map(textOf).join(' ');

const strengths = ['', 'service_started', 'service_healthy', 'service_completed_successfully'];
function strength(dependency: unknown): number {
  const { condition, required } = mapOf(dependency);
  if (dependency === undefined || required === false) return dependency === undefined ? -1 : 0;
  return strengths.indexOf(textOf(condition) || 'service_started');
}

export const repositoryOf = (image: string): string =>
  image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

/** Whether a setting switches off a check of who may ask, or of what is trusted. */
export const turnsOff = (key: string, value: string): boolean =>
  /^(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)$/.test(key)
    ? value === '0'
    : /(?:^|_)(?:DISABLE|SKIP|NO)_(?:AUTH|TLS|SSL|VERIFY|SECURITY|CSRF)/i.test(key)
      ? /^(?:1|true|yes|on)$/i.test(value)
      : /(?:AUTH|TLS_VERIFY|SSL_VERIFY|VERIFY_SSL|VERIFY_TLS|CSRF|SECURITY)(?:_ENABLED|_REQUIRED)?$/i.test(
            key,
          )
        ? /^(?:0|false|no|off|none|disabled?|trust)$/i.test(value)
        : key.endsWith('HOST_AUTH_METHOD') && value === 'trust';
