import type { CheckAttempt, CheckResult } from '../../../contracts/checks.ts';
import { escaped } from './escape.ts';
import { isBad, verdictLine, type Report } from './report.ts';

const style = `
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.3rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d8dee4;vertical-align:top}
.s{font-weight:600;white-space:nowrap}.good{color:#1a6b2f}.bad{color:#a8201a}.mid{color:#7a5200}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f8fa;padding:.5rem;margin:.3rem 0;max-height:20rem;overflow:auto}
@media(prefers-color-scheme:dark){body{background:#12161b;color:#e6e9ed}pre{background:#1c2229}th,td{border-color:#313943}.good{color:#7bd88f}.bad{color:#ff8f87}.mid{color:#e3b341}}`;

/** Evidence of at most this many characters is shown for each try, so that 200 results stay below 300 KB. */
const shownEvidence = 600;

/** `report.html`: one file, without a script or anything from elsewhere. */
export function html(report: Report): string {
  const { run, results, receipt } = report;
  const title = escaped(verdictLine(report));
  const facts: [string, string][] = [
    ['Run', run.run_id],
    ['Services', run.services.join(', ') || '–'],
    ['Asked by', `${run.owner}${run.reason === null ? '' : `: ${run.reason}`}`],
    ['From, to', `${run.started_at ?? run.created_at} – ${run.finished_at ?? 'running'}`],
    ['Window', windowLine(report)],
    ['Left running', receipt === null ? '–' : receipt.residue.join(', ') || 'nothing'],
    ...(run.detail === null ? [] : [['Why', run.detail] as [string, string]]),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${style}</style></head><body>
<h1 class="${toneOf(run.status)}">${title}</h1>
<table>${facts.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${escaped(value)}</td></tr>`).join('')}</table>
<table><thead><tr><th>Check</th><th>Result</th><th>ms</th><th>What was seen</th></tr></thead><tbody>
${results.map(rowOf).join('\n')}
</tbody></table></body></html>
`;
}

const windowLine = ({ run, receipt }: Report): string => {
  if (run.window_id === null) return 'none';
  return receipt === null
    ? run.window_id
    : `${run.window_id}, closed ${receipt.closed_at} by ${receipt.closed_by}`;
};

function rowOf(result: CheckResult): string {
  const { suite, name, status, cause, detail, ms, attempts, insecure } = result;
  const tries = attempts.length > 1 || isBad(status) ? attempts.map(tryOf).join('') : '';
  const note = insecure ? ' (TLS not checked)' : '';
  const why = [cause, detail].filter(Boolean).join(': ');
  return `<tr><td>${escaped(`${suite} / ${name}${note}`)}</td><td class="s ${toneOf(status)}">${status}</td><td>${ms === null ? '–' : Math.round(ms)}</td><td>${escaped(why)}${tries}</td></tr>`;
}

const tryOf = ({ attempt, status, ms, detail, evidence }: CheckAttempt): string => {
  const said = `try ${attempt}: ${status} after ${Math.round(ms)} ms${detail === null ? '' : `: ${detail}`}`;
  return `<pre>${escaped([said, (evidence ?? '').slice(0, shownEvidence)].filter(Boolean).join('\n'))}</pre>`;
};

const toneOf = (status: string): string => {
  if (status === 'passed') return 'good';
  return /^(failed|timeout|error)$/.test(status) ? 'bad' : 'mid';
};
