import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import { ComposeError } from './compose-error.ts';
import { cycleFrom, partOf, standIn, type Model } from './model.ts';
import type { ComposeCall } from './run.ts';
import { stubbed, servicesIn, withAll } from './stubs.ts';

/** The valid part of a broken stack. */
export interface Spared {
  /** Each broken service with Compose's message. */
  broken: Map<string, string>;
  /** A compose file with the valid services, and placeholders for the broken ones. */
  sound: string;
}

const askMs = 30_000;
/** Limit of parallel calls, since services may be opening at the same time. */
const atOnce = 3;
const unchecked = ['config', '--no-consistency', '--no-env-resolution'];
/** The model before interpolation: a required variable that is not set then breaks only its own service. */
const asWritten = [...unchecked, '--no-interpolate'];

/**
 * Finds the services that Compose accepts although it rejects the stack as a whole. Each service is checked
 * separately, with placeholders for services that it refers to. This takes a few calls of Compose per broken service,
 * once per edit.
 * @returns null if no part can be read, for example if the file is not YAML
 */
export async function spare(call: ComposeCall, refusal: ComposeError): Promise<Spared | null> {
  const found = await modelOf(call, refusal);
  if (found === null) return null;
  const { model, broken } = found;
  const names = Object.keys(model.services ?? {}).filter((name) => !broken.has(name));
  for (const name of names) {
    const cycle = cycleFrom(model, name);
    if (cycle !== null) broken.set(name, `it depends on itself: ${cycle.join(' → ')}`);
  }
  const acyclic = names.filter((name) => !broken.has(name));
  const check = (group: string[]) =>
    call.on(textOf(partOf(model, group)), ['config', '--quiet'], askMs);
  await findRefused(acyclic, check, broken);
  const whole = acyclic.filter((name) => !broken.has(name));
  const part = partOf(model, whole);
  const stubs = [...broken.keys()].map((name) => [name, standIn(model.services?.[name])] as const);
  const services = { ...part.services, ...Object.fromEntries(stubs) };
  return broken.size === 0 ? null : { broken, sound: textOf({ ...part, services }) };
}

interface Found {
  model: Model;
  broken: Map<string, string>;
}

async function modelOf(call: ComposeCall, refusal: ComposeError): Promise<Found | null> {
  const attempt = (asking: Promise<string>): Promise<Model | null> =>
    asking.then(
      (text) => parse(text) as Model,
      (error: unknown) => {
        if (error instanceof ComposeError) return null;
        throw error;
      },
    );
  const broken = new Map<string, string>();
  const model = await attempt(call.own(unchecked, askMs));
  if (model !== null) return { model, broken };
  // only Compose knows the variables of included projects and of a project name with variables
  if (call.files.includesVariables || (await hasVariableName(call))) return null;
  const written = await attempt(call.own(asWritten, askMs));
  if (written !== null) return { model: written, broken };
  const text = await readFile(call.source.files[0]!, 'utf8');
  const rest = call.source.files.slice(1);
  const services = servicesIn(text);
  if (services === null) return null;
  const ask = (file: string) => call.on(file, asWritten, askMs, rest);
  const alone = (group: string[]) => ask(stubbed(services, services.without(group)));
  await findRefused(services.names, alone, broken);
  // if all services fail, the fault is not in the services
  if (broken.size === services.names.length || refusal.message === '') return null;
  const left = await attempt(ask(stubbed(services, [...broken.keys()])));
  return left === null ? null : { model: withAll(left, broken), broken };
}

/**
 * Adds the services that Compose rejects to `broken`, by bisection: a group that passes is not divided further.
 * @param ask checks a group with Compose
 */
async function findRefused(
  names: string[],
  ask: (group: string[]) => Promise<unknown>,
  broken: Map<string, string>,
): Promise<void> {
  const limit = pLimit(atOnce);
  const search = async (group: string[]): Promise<void> => {
    if (group.length === 0) return;
    try {
      await limit(() => ask(group));
    } catch (error) {
      if (!(error instanceof ComposeError)) throw error;
      if (group.length === 1) return void broken.set(group[0]!, withoutInputName(error.message));
      const half = Math.ceil(group.length / 2);
      await Promise.all([search(group.slice(0, half)), search(group.slice(half))]);
    }
  };
  await search(names);
}

/** JSON that Compose reads as YAML. U+2028 and U+2029 are escaped, because they end a line in YAML. */
const textOf = (model: Model): string =>
  JSON.stringify(model).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

async function hasVariableName({ files }: ComposeCall): Promise<boolean> {
  const texts = await Promise.all(
    files.compose.map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return texts.some((text) => /^name:.*\$/m.test(text));
}

/** Removes `-`, Compose's name for the standard input, from a message. */
const withoutInputName = (message: string): string =>
  message.replaceAll(/\bvalidating (-|\S*\/-): /g, '').replaceAll(' in -:', ':');
