/** The suites of another tool's file, as the compose file would have them. */
export interface ImportedSuite {
  name: string;
  /** A suite runs in order; the checks of a group run side by side. */
  kind: 'suite' | 'group';
  checks: { where: string; source: unknown }[];
  problems: string[];
}

/** How Gatus schedules, alerts and shows; none of it changes what a check says. */
const ignored = {
  file: 'alerting announcements concurrency connectivity debug disable-monitoring-lock maintenance metrics security skip-invalid-config-update storage ui web',
  suite: 'alerts enabled group interval maintenance-windows name endpoints',
  endpoint: 'alerts enabled extra-labels group interval maintenance-windows ui',
};
/** What means the same here as there. */
const taken = ['name', 'url', 'method', 'headers', 'body', 'conditions', 'store', 'always-run'];
const takenOfClient = ['timeout', 'insecure'];

type Fields = Record<string, unknown>;

/**
 * Reads a configuration of [Gatus](https://github.com/TwiN/gatus): its endpoints by group, and its suites. What VX11 does not
 * support is a problem of the suite, with its name and its place.
 * @param file its name, for the problems
 * @param content its YAML, parsed
 */
export function readGatus(file: string, content: unknown): ImportedSuite[] {
  const stem = nameOf(file.replace(/^.*\//, '').replace(/\.ya?ml$/, ''));
  const suites = new Map<string, ImportedSuite>();
  const into = (name: string, kind: ImportedSuite['kind']): ImportedSuite => {
    const key = `${kind} ${name}`;
    const known = suites.get(key) ?? { name, kind, checks: [], problems: [] };
    suites.set(key, known);
    return known;
  };
  const top = fieldsOf(content);
  if (top === null) {
    into(stem, 'group').problems.push(`${file}: it has no \`endpoints\` and no \`suites\``);
    return [...suites.values()];
  }
  const { endpoints, suites: written, ...others } = top;
  for (const key of unknownIn(others, ignored.file)) {
    into(stem, 'group').problems.push(notSupported(file, key));
  }
  for (const [at, source] of listOf(endpoints).entries()) {
    const group = fieldsOf(source)?.['group'];
    const name = typeof group === 'string' && group !== '' ? nameOf(group) : stem;
    if (isEnabled(source)) take(source, `${file}: endpoints.${at}`, into(name, 'group'));
  }
  for (const [at, source] of listOf(written).entries()) {
    const where = `${file}: suites.${at}`;
    const fields = fieldsOf(source) ?? {};
    const name = typeof fields['name'] === 'string' ? nameOf(fields['name']) : `${stem}-${at}`;
    if (!isEnabled(source)) continue;
    const suite = into(name, 'suite');
    for (const key of unknownIn(fields, ignored.suite)) {
      suite.problems.push(notSupported(where, key));
    }
    for (const [nth, endpoint] of listOf(fields['endpoints']).entries()) {
      if (isEnabled(endpoint)) take(endpoint, `${where}.endpoints.${nth}`, suite);
    }
  }
  if (suites.size === 0) into(stem, 'group').problems.push(`${file}: it has no endpoint`);
  return [...suites.values()];
}

/** Adds an endpoint to a suite, and what of it cannot be taken. */
function take(source: unknown, where: string, suite: ImportedSuite): void {
  const fields = fieldsOf(source);
  if (fields === null) return void suite.problems.push(`${where}: it is no endpoint`);
  const { client, ...own } = fields;
  const settings = fieldsOf(client) ?? {};
  const unknown = [
    ...unknownIn(own, `${ignored.endpoint} ${taken.join(' ')}`),
    ...unknownIn(settings, takenOfClient.join(' ')).map((key) => `client.${key}`),
  ];
  suite.problems.push(...unknown.map((key) => notSupported(where, key)));
  const check = { ...pick(own, taken), ...pick(settings, takenOfClient) };
  const texts = JSON.stringify(check);
  const variable = /(?<!\$)\$\{?[A-Za-z_]\w*\}?/.exec(texts)?.[0];
  if (variable !== undefined) {
    suite.problems.push(
      `${where}: ${variable} is a variable of Gatus's environment, which is not read here; write its value`,
    );
  }
  const filled = /\[(ENDPOINT_\w+|RANDOM_STRING_\d+)\]/.exec(texts)?.[0];
  if (filled !== undefined) suite.problems.push(notSupported(where, filled));
  suite.checks.push({ where, source: JSON.parse(texts.replaceAll('$$', '$')) as unknown });
}

const notSupported = (where: string, key: string): string =>
  `${where}: \`${key}\` is not supported by this version of VX11; remove it, or write the check in the compose file`;

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isEnabled = (source: unknown): boolean => fieldsOf(source)?.['enabled'] !== false;

const unknownIn = (fields: Fields, known: string): string[] => {
  const names = new Set(known.split(' '));
  return Object.keys(fields).filter((key) => !names.has(key));
};

const pick = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => names.includes(key)));

/** A name that a suite may have. */
const nameOf = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100) || 'gatus';
