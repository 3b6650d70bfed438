import type { SearchAttributePair } from '@temporalio/common';
import type { WindowView } from '../contracts/window.ts';
import { searchAttributes } from './search-attributes.ts';

/** The details of a window in Temporal's UI, in Markdown. */
export function windowDetails(view: WindowView): string {
  const lines = [
    `**${view.state}** · ${view.services.join(', ')} on ${view.host}`,
    `- owner: ${view.owner}`,
    `- reason: ${view.reason ?? '–'}`,
    `- open since: ${view.opened_at ?? '–'}`,
    `- deadline: ${view.expires_at ?? (view.mode === 'hold' ? 'none, on hold' : '–')}`,
    `- extensions: ${view.extensions}`,
  ];
  if (view.waiting_for !== null) lines.push(`- waits for: ${view.waiting_for}`);
  for (const { service, error, detail } of view.services_failed) {
    lines.push(`- ${service} failed (${error}): ${detail}`);
  }
  if (view.receipt !== null) {
    const { closed_by, overrun_ms, residue } = view.receipt;
    lines.push(
      `- closed by: ${closed_by}, overrun ${overrun_ms ?? 0} ms, residue: ${residue.length}`,
    );
  }
  return lines.join('\n');
}

/** The search attributes that change during a window. */
export function searchAttributesOf(view: WindowView): SearchAttributePair[] {
  const deadline = view.expires_at === null ? null : new Date(view.expires_at);
  return [
    { key: searchAttributes.state, value: view.state },
    { key: searchAttributes.deadline, value: deadline },
  ] as SearchAttributePair[];
}
