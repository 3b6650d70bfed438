/** A test that did not run. */
export interface SkippedTest {
  /** Its file, relative to the root of the repository. */
  file: string;
  /** Its full name, with those of its groups. */
  name: string;
  /** The test's own note, if any. */
  note: string | undefined;
}

interface Reason {
  matches: RegExp;
  because: string;
  /** CI may skip these tests. */
  optional?: true;
}

/** Why tests are skipped, by file and name; the first match counts. */
const reasons: Reason[] = [
  {
    matches: /kernel of (its|their) own|has a kernel of its own|with gVisor/,
    because: 'needs an Engine that offers runsc (gVisor), or VX11_TEST_RUNSC=<path of runsc>',
    optional: true,
  },
  {
    matches:
      /may not be read|may not read|an unreadable file|missing access|full disk|disk-full|store-fault|store that fails/,
    because: 'runs only as root, only as another user, or where mounts are allowed',
    optional: true,
  },
  { matches: /idle setting/, because: 'needs cgroups that this user may read', optional: true },
  {
    matches: /beside a busy core/,
    because: 'needs a machine that others leave room on',
    optional: true,
  },
  { matches: /at a terminal/, because: 'needs Linux', optional: true },
  {
    matches: /dockerd|reboot, as the Engine|random moment|spawner, Engine or Temporal is away/,
    because: 'needs root, and a dockerd that it may start beside the machine’s',
    optional: true,
  },
  {
    matches: /postgres|with a cluster of its own/i,
    because: 'needs Postgres (apt-get install postgresql)',
  },
  { matches: /one Redis/, because: 'needs Redis (apt-get install redis-server)' },
  { matches: /real proxies/, because: 'needs nginx and Caddy (apt-get install nginx caddy)' },
  { matches: /promtool/, because: 'needs promtool, which bootstrap unpacks' },
  { matches: /clock is set/, because: 'needs libfaketime (apt-get install faketime)' },
  { matches: /^test\/web\//, because: 'needs Chromium (apt-get install chromium)' },
  { matches: /^test\/inspector\//, because: 'needs the MCP Inspector that bootstrap installs' },
  { matches: /^test\/clients\//, because: 'needs the client generators that bootstrap installs' },
  {
    matches: /guard|spawner in its container|all of VX11/,
    because: 'needs the image of VX11 (npm run image)',
  },
  { matches: /^test\/cli\/up\//, because: 'needs the Temporal server that bootstrap installs' },
];

/**
 * The report on skipped tests at the end of a run.
 * @param inCi whether a skipped test that CI could have run fails the run
 * @returns the lines, none if no test was skipped, and whether the run fails
 */
export function skipReport(
  tests: readonly SkippedTest[],
  inCi: boolean,
): { lines: string[]; fails: boolean } {
  const groups = new Map<string, { optional: boolean; titles: string[] }>();
  for (const { file, name, note } of tests) {
    const title = `${file} > ${name}`;
    const reason = reasons.find(({ matches }) => matches.test(title));
    const because =
      note ?? reason?.because ?? 'for no reason that test/stack/report/skipped.ts knows';
    const group = groups.get(because) ?? { optional: reason?.optional === true, titles: [] };
    group.titles.push(title);
    groups.set(because, group);
  }
  if (groups.size === 0) return { lines: [], fails: false };
  const lines = [`Skipped: ${tests.length} tests`];
  for (const [because, { titles }] of groups)
    lines.push(`  ${because}`, ...titles.map((title) => `    ${title}`));
  const fails = inCi && [...groups.values()].some(({ optional }) => !optional);
  if (fails) lines.push('CI can have what some of them need, so this run fails.');
  return { lines, fails };
}
