import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { replaceWord } from '../../reading/changes.ts';
import { commandParts } from '../../reading/command.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines, findLine, type Line } from '../../reading/lines.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const flag = '[\'"`‘]?(--?[A-Za-z][\\w.-]*)';
/** How the flag parsers of many languages refuse a flag. */
const refusals = [
  `unrecogni[sz]ed (?:arguments?|options?|flags?|command-line (?:options?|flags?))(?: was given)?:? ${flag}`,
  `(?:unknown|invalid|bad|illegal|unexpected|undefined|unsupported) (?:long )?(?:options?|flags?|arguments?|parameters?|command line (?:options?|flags?)):?(?: --)? ?${flag}`,
  `(?:flag|option) provided but not defined: ${flag}`,
  `no such (?:option|flag):? ${flag}`,
  `Unrecognized option:? ${flag}`,
  `(?:option|flag|argument) ${flag}['"\`’]? (?:is )?(?:not recogni[sz]ed|unknown|not found|is not defined|wasn't expected|is not supported)`,
  `Found argument ${flag}`,
  `error: unexpected argument ${flag}`,
  // servers whose flags are the settings of their configuration file, without dashes
  `^>>> ['"]([\\w-]+)`,
  `unrecognized configuration parameter "([\\w.]+)"`,
  `unknown variable '(\\w[\\w-]*)`,
].map((text) => new RegExp(text, 'i'));
const suggestion =
  /did you mean[^-]{0,30}?(--?[A-Za-z][\w.-]*)|(?:similar (?:option|argument|flag)s?(?: exists?)?:?|maybe you meant)[^-]{0,10}(--?[A-Za-z][\w.-]*)/i;

/** Settings of servers that print no usage text. */
const settings = [
  'maxmemory maxmemory-policy maxmemory-samples appendonly appendfsync save dbfilename dir databases requirepass masterauth bind port timeout tcp-backlog tcp-keepalive loglevel logfile protected-mode maxclients notify-keyspace-events replicaof io-threads',
  'max_connections shared_buffers work_mem maintenance_work_mem effective_cache_size listen_addresses port log_statement log_min_duration_statement wal_level max_wal_size min_wal_size max_wal_senders max_replication_slots shared_preload_libraries fsync synchronous_commit full_page_writes timezone ssl hba_file config_file',
  'max_connections max-connections max_allowed_packet max-allowed-packet innodb_buffer_pool_size innodb-buffer-pool-size character-set-server collation-server default-authentication-plugin sql_mode sql-mode lower_case_table_names lower-case-table-names bind-address skip-name-resolve log-bin server-id',
]
  .join(' ')
  .split(' ');

/** 9: a program does not know one of its flags. The nearest one of its usage text replaces it. */
export const badFlag: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const code = service.container?.exit_code ?? 0;
    return code === 0 && (service.container?.restarts ?? 0) === 0
      ? []
      : unknownFlag(stack, service);
  });
};

function unknownFlag(stack: Stack, service: CapturedService): Finding[] {
  const lines = allLines(service);
  const line = refusals.map((words) => findLine(lines, words)).find((one) => one !== null);
  if (line === undefined || line === null) return [];
  const [, said] = line.match as unknown as [string, string];
  const bad = said.replace(/[.:,]$/, '');
  const part = commandParts(stack, service.name).find(({ text }) =>
    wordsOf(text).some((word) => isFlag(word, bad)),
  );
  if (part === undefined) return [];
  const written = wordsOf(part.text)
    .find((word) => isFlag(word, bad))!
    .split('=')[0]!;
  const { known, facts: usage } = knownFlags(lines, bad);
  const suggested = findLine(lines, suggestion);
  const hint = suggested?.match[1] ?? suggested?.match[2];
  const isFar = hint === undefined || nearest(strip(bad), [strip(hint)], 3) === null;
  const names = known.length > 0 ? known.map(strip) : settings;
  const found = isFar ? nearest(strip(bad), names) : strip(hint);
  const of = { class: 'bad_flag' as const, service: service.name };
  const cause = `${service.name} does not know its flag ${written}`;
  const facts: Fact[] = [line.fact, part.fact, ...(isFar ? usage : [suggested!.fact])];
  if (found === null || found === strip(bad)) {
    return [
      finding({ ...of, confidence: 0.8 }, cause, facts, {
        kind: 'needs_value',
        what: `the flag that ${written} in the command of ${service.name} stands for`,
      }),
    ];
  }
  const name = known.find((one) => strip(one) === found) ?? hint ?? found;
  const shown = `${/^-*/.exec(name)![0] || /^-*/.exec(written)![0]}${found}`;
  const right = facts
    .filter((fact) => fact === line.fact || fact === part.fact || fact.text.includes(found))
    .slice(0, 4);
  const fix = change(
    [replaceWord(stack, part.source, part.path, [written, shown])],
    `the flag that ${written} stands for`,
  );
  return [finding({ ...of, confidence: 0.9 }, cause, right, fix)];
}

const strip = (word: string): string => word.replace(/^-+/, '').split('=')[0]!;
const wordsOf = (text: string): string[] => text.split(/\s+/);
const isFlag = (word: string, bad: string): boolean =>
  strip(word) === strip(bad) && (word.startsWith('-') || word.includes('='));

/** The flags that the usage text names, apart from the refused one. */
function knownFlags(lines: readonly Line[], bad: string): { known: string[]; facts: Fact[] } {
  const shown = lines.flatMap(({ text, fact }) =>
    [...text.matchAll(/(?<![\w-])--?[A-Za-z][\w-]*/g)].map(([one]) => ({ one, fact })),
  );
  const others = shown.filter(({ one }) => strip(one) !== strip(bad) && strip(one).length > 1);
  return {
    known: others.map(({ one }) => one),
    facts: [...new Set(others.map(({ fact }) => fact))],
  };
}
