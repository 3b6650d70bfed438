import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import { assignedIn } from '../../patches/typed/variables.ts';
import { locate, sourceThatSets, valueAt, type YamlPath } from '../../patches/yaml-document.ts';
import type { YamlValue } from '../../patches/yaml-value.ts';
import { textOf } from '../shape/aspect.ts';
import { belowService, serviceOf, type Drafted, type Ground } from './ground.ts';

/** Where a setting of a service may be written. */
export interface SettingGround extends Pick<Ground, 'sources' | 'values' | 'folder'> {
  service: string;
  /** The setting, such as `environment.MODE`. */
  below: string;
}

export const settingOf = (ground: Ground): SettingGround => ({
  ...ground,
  service: serviceOf(ground),
  below: belowService(ground),
});

/** In a compose file a dollar sign is written twice, and Compose prints it so. */
const escaped = (text: string): string => text.replaceAll('$', () => '$$');

/** One setting of a service, as the live container has it. */
interface Setting {
  /** Below the service in the file, and in what Compose prints. */
  path: YamlPath;
  printed: readonly string[];
  /** Null: the container does not have it. */
  value: YamlValue;
  prints: YamlValue;
}

/** Writes a setting into the file where it stands, or where its variable is set. */
export function writeSetting(
  ground: SettingGround,
  { path, printed, value, prints }: Setting,
): Drafted {
  const { service } = ground;
  const sources = [...ground.sources];
  const full: YamlPath = ['services', service, ...path];
  const source = sourceThatSets(sources, full) ?? placeFor(ground, full);
  if (source === null) return { because: `${service} stands in no file that can be changed` };
  const expect = (valueAt(source.value, full) ?? null) as YamlValue;
  const effects = [{ path: ['services', service, ...printed], value: prints }];
  const { path: file } = source;
  if (value === null)
    return locate(source, full)?.own === true
      ? [{ op: 'delete', file, path: [...full], expect, effects }]
      : { because: 'the file does not say it there: it comes from a variable file or an anchor' };
  const variable = /\$\{?(\w+)/.exec(textOf(expect).replaceAll('$$', ''))?.[1];
  if (variable === undefined) return [{ op: 'set', file, path: [...full], expect, value, effects }];
  return inVariables(ground, { variable, expect: textOf(expect), value: textOf(value), effects });
}

/** The file that a new setting goes into: the last that has the map it belongs to, else the first with the service. */
function placeFor(
  { sources }: SettingGround,
  full: YamlPath,
): SettingGround['sources'][number] | null {
  const above = sourceThatSets([...sources], full.slice(0, 3));
  return above ?? sources.find((one) => locate(one, full.slice(0, 2)) !== null) ?? null;
}

type Effects = Extract<PatchOperation, { op: 'set_variable' }>['effects'];

function inVariables(
  { values }: SettingGround,
  given: { variable: string; expect: string; value: string; effects: Effects },
): Drafted {
  const { variable: name, expect, value, effects } = given;
  const isAlone = /^\$(?:\w+|\{\w+(?::?-[^}]*)?\})$/.test(expect);
  const file = values.findLast(({ text }) => assignedIn(text, name) !== null);
  if (!isAlone || file === undefined)
    return { because: `its value comes from the variable ${name}; change it where that is set` };
  const now = assignedIn(file.text, name)!.value;
  return [{ op: 'set_variable', file: file.path, name, expect: now, value, effects }];
}

/** A variable or a label: an entry of a map, or `NAME=value` in a list. */
export function adoptPair(ground: SettingGround, live: (name: string) => string | null): Drafted {
  const { service, below } = ground;
  const [field = ''] = below.split('.', 1);
  const name = below.slice(field.length + 1);
  const text = live(name);
  const value = text === null ? null : escaped(text);
  const printed = [field, name];
  const holder: YamlPath = ['services', service, field];
  const source = sourceThatSets([...ground.sources], holder);
  const list = source === null ? null : valueAt(source.value, holder);
  if (!Array.isArray(list))
    return writeSetting(ground, { path: [field, name], printed, value, prints: value });
  const found = list.findIndex((one) => textOf(one).split('=', 1)[0] === name);
  const at = found === -1 ? list.length : found;
  const item = value === null ? null : `${name}=${value}`;
  return writeSetting(ground, { path: [field, at], printed, value: item, prints: value });
}

export const escapedWords = (words: readonly string[]): string[] => words.map(escaped);
