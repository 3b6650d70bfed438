import type { AudioIssue } from '../../../../contracts/audio-report.ts';

const rank = { high: 0, warn: 1, info: 2 } as const;

/** The problems, the worst first, each with the number that the waveform shows at its times. */
export const numbered = (issues: readonly AudioIssue[]): { issue: AudioIssue; nth: number }[] =>
  issues
    .toSorted((one, other) => rank[one.severity] - rank[other.severity])
    .map((issue, at) => ({ issue, nth: at + 1 }));
