import {
  foundEngines,
  type AudioEngines,
  type FoundEngines,
} from '../../contracts/audio-engines.ts';

/** What shubniggurath wrote down when it started last; null where that is nothing that can be read. */
export function enginesIn(text: string): FoundEngines | null {
  try {
    return foundEngines.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Which programs there are, and what to do about those that are missing. @param found null before the first start */
export function engineHealth(found: FoundEngines | null): AudioEngines {
  if (found === null) {
    const hint =
      'shubniggurath has not run here yet: npm run image -- audio, then vx11 open shubniggurath';
    return { status: 'unknown', programs: [], seen_at: null, error: null, hint };
  }
  const { programs, seen_at } = found;
  const missing = programs.filter(({ version }) => version === null);
  if (missing.length === 0) return { status: 'ok', programs, seen_at, error: null, hint: null };
  const packages = [...new Set(missing.map((one) => one.package))].join(' ');
  const names = missing.map(({ name }) => name).join(', ');
  return {
    status: 'degraded',
    programs,
    seen_at,
    error: missing.some(({ needed }) => needed) ? 'engine_missing' : null,
    hint: `${names} missing. Build the image with them: npm run image -- audio; or on this machine: apt-get install -y ${packages}`,
  };
}
