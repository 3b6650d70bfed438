import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding } from '../../finding.ts';
import { lineAt, lineFact, replaceWord, wordPattern } from '../../reading/changes.ts';
import { commandParts } from '../../reading/command.ts';
import { allLines } from '../../reading/lines.ts';
import { isAnonymousUnknownHost } from '../../reading/error-texts.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { variablesOf } from '../../reading/environment.ts';
import { change, finding } from '../../reading/findings.ts';
import { unresolvedHosts } from '../../reading/hosts.ts';
import { filesOf } from '../../reading/listeners.ts';
import { serviceNames, type Stack } from '../../reading/stack.ts';

/** Where something is named, and the change of it; null if it cannot be written. */
interface Place {
  operation: Operation | null;
  fact: Fact;
}

/** A host that cannot be resolved, and that is nearly the name of another service. */
export function misspelledHosts(stack: Stack, service: CapturedService): Finding[] {
  const names = serviceNames(stack).filter((name) => name !== service.name);
  return [...unresolvedHosts(stack, service), ...unnamedHosts(stack, service)].flatMap(
    ({ host, fact }) => {
      if (names.includes(host) || host === service.name) return [];
      const right =
        host.length < 2 ? null : nearest(host.toLowerCase(), names, host.length < 5 ? 1 : 2);
      if (right === null) return [];
      const places = placesOf(stack, service, host, right);
      const [one, ...more] = places;
      const of = { class: 'name_typo' as const, service: service.name };
      const cause = `${service.name} looks for ${host}, and the service is ${right}`;
      if (one === undefined) return [];
      const facts = [fact, ...places.map((place) => place.fact)];
      return more.length > 3
        ? [
            finding({ ...of, confidence: 0.6 }, cause, facts, {
              kind: 'needs_value',
              what: `which of ${places.length} places name ${host}`,
            }),
          ]
        : [
            finding(
              { ...of, confidence: 0.95 },
              cause,
              facts,
              change(
                places.map(({ operation }) => operation),
                `where ${host} is named`,
              ),
            ),
          ];
    },
  );
}

/** Where a line does not say which host it is about: those that the settings of the service name. */
function unnamedHosts(stack: Stack, service: CapturedService): { host: string; fact: Fact }[] {
  const line = allLines(service).find(({ text }) => isAnonymousUnknownHost(text));
  if (line === undefined) return [];
  const texts = [
    ...variablesOf(stack, service.name).map(({ key, raw }) =>
      /HOST|SERVER|ADDR|URL|URI|DSN|PEER|BROKER/i.test(key) && raw !== null
        ? `//${raw}/ ${raw}`
        : (raw ?? ''),
    ),
    ...commandParts(stack, service.name).map(({ text }) => text),
    ...filesOf(stack, service.name).map(({ text }) => text),
  ];
  const hosts = texts.flatMap((text) =>
    [...text.matchAll(/\/\/(?:[^@/\s'"]*@)?(?<host>[A-Za-z][\w-]*)(?=[:/'"\s])/g)].map(
      ({ groups }) => groups!['host']!,
    ),
  );
  return [...new Set(hosts)].map((host) => ({ host, fact: line.fact }));
}

/** Where the settings of a service name a host: its variables, its command, the files that it reads. */
function placesOf(stack: Stack, service: CapturedService, host: string, right: string): Place[] {
  const inVariables = variablesOf(stack, service.name)
    .filter(({ raw }) => raw !== null && wordPattern(host).test(raw))
    .map(({ replace, fact }) => ({ operation: replace(host, right), fact }));
  const fromDotenv = inVariables.length > 0 ? [] : dotenv(stack, service, host, right);
  const inCommand = commandParts(stack, service.name)
    .filter(({ text }) => wordPattern(host).test(text))
    .map(({ source, path, fact }) => ({
      operation: replaceWord(stack, source, path, [host, right]),
      fact,
    }));
  const settings = [...inVariables, ...fromDotenv, ...inCommand];
  if (settings.length > 0) return settings;
  return filesOf(stack, service.name).flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        new RegExp(`(?<=//|@|["'=\\s])${RegExp.escape(host)}(?=[:/"';\\s]|$)`, 'gm'),
      ),
    ].map(({ index }) => ({
      operation: replaceAt(path, index, host, right),
      fact: lineFact({ path, text }, lineAt(text, index)),
    })),
  );
}

/** A variable whose value stands in `.env`. */
const dotenv = (stack: Stack, service: CapturedService, host: string, right: string): Place[] =>
  variablesOf(stack, service.name).flatMap(({ raw, replace, fact }) => {
    const operation = raw?.includes('$') === true ? replace(host, right) : null;
    return operation === null ? [] : [{ operation, fact }];
  });
