import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { isMapValue } from '../../../domain/patches/yaml-value.ts';
import { readSuites } from '../../../domain/checks/read-suites.ts';
import type { Suite } from '../../../domain/checks/suite.ts';
import { serviceName } from '../../../contracts/text.ts';

/** A stack as its files say it, without Compose. */
export interface WrittenStack {
  /** `x-vx11` at the top of the files. */
  settings: Record<string, unknown>;
  /** What can be read of their suites; only of those of the files themselves. */
  suites: Suite[];
}

/** Reads what files say that Compose refuses, as far as they are YAML. */
export async function readWritten(files: readonly string[]): Promise<WrittenStack> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const documents = texts.map(valueOf);
  const settings = merged(documents.map((one) => one['x-vx11']));
  const services = merged(documents.map((one) => one['services']));
  const named = Object.entries(services).filter(([name]) => serviceName.safeParse(name).success);
  const suites = readSuites({
    services: named.map(([name, service]) => {
      const { healthcheck, 'x-vx11': own } = isMapValue(service) ? service : {};
      const checks = isMapValue(own) ? own['checks'] : undefined;
      return {
        name,
        checks: Array.isArray(checks) ? checks : undefined,
        one_shot: false,
        has_healthcheck: isMapValue(healthcheck),
        implied: true,
      };
    }),
    suites: Array.isArray(settings['suites']) ? settings['suites'] : [],
  });
  return { settings, suites };
}

/** What is left of a text that may be no YAML. */
function valueOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = parseDocument(text, { merge: true, logLevel: 'silent' }).toJS();
    return isMapValue(value) ? value : {};
  } catch {
    return {};
  }
}

const merged = (parts: readonly unknown[]): Record<string, unknown> =>
  Object.assign({}, ...parts.filter(isMapValue)) as Record<string, unknown>;
