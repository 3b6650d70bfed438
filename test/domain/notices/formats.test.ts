import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../contracts/notice.ts';
import { digestOf } from '../../../domain/notices/digest.ts';
import { discordBody, slackBody } from '../../../domain/notices/format-chat.ts';
import { ntfyBody } from '../../../domain/notices/format-ntfy.ts';
import { appriseBody, emailOf, webhookBody } from '../../../domain/notices/format-other.ts';
import { bytesOf, cut, cutBytes } from '../../../domain/notices/limits.ts';

const aNotice = (change: Partial<Notice> = {}): Notice => ({
  type: 'window.failed',
  severity: 'high',
  title: 'A window failed: window-1',
  text: 'web: it exited',
  subject: 'window-1',
  at: '2026-01-05T12:00:00.000Z',
  valid_until: null,
  ...change,
});
const one = (change: Partial<Notice>) => digestOf('notice-1', [aNotice(change)]);
const nasty = '<!channel> <@U1> [a](http://b) @everyone *b* `c` | > #x & \u202e';

describe('a message', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 9000 });
  test('stays within the limits of every channel, whatever a service has said', () => {
    fc.assert(
      fc.property(text, text, (title, said) => {
        const digest = one({ title, text: said });
        const ntfy = ntfyBody('t', digest);
        expect(bytesOf(ntfy.title)).toBeLessThanOrEqual(1000);
        expect(bytesOf(ntfy.message)).toBeLessThanOrEqual(4000);
        const slack = slackBody(digest);
        expect(slack.text.length).toBeLessThanOrEqual(3000);
        expect(slack.blocks.map((block) => block.text.text.length <= 3000)).toEqual([true, true]);
        expect(slack.blocks[0]!.text.text.length).toBeLessThanOrEqual(150);
        const discord = discordBody(digest);
        expect(discord.content.length).toBeLessThanOrEqual(2000);
        expect(discord.content.length + discord.embeds[0]!.description.length).toBeLessThan(6000);
        expect(emailOf(digest, 'box').subject.length).toBeLessThanOrEqual(200);
        expect(appriseBody(digest).title.length).toBeLessThanOrEqual(250);
      }),
      { numRuns: 60 },
    );
  });

  test('neither mentions, links nor formats what a service has said', () => {
    const digest = one({ title: nasty, text: nasty });
    const slack = slackBody(digest);
    expect(slack.text).not.toMatch(/<[!@#]/);
    expect(slack.text).toContain('&lt;!channel&gt;');
    expect(slack.blocks.every(({ text: { type } }) => type === 'plain_text')).toBe(true);
    const discord = discordBody(digest);
    expect(discord.allowed_mentions).toEqual({ parse: [] });
    expect(discord.content).toContain('\\@everyone');
    expect(discord.content).not.toMatch(/(?<!\\)[*`[\]<>]/);
    expect(appriseBody(digest).format).toBe('text');
  });

  test('of an e-mail has no second header, and belongs to the thread of its subject', () => {
    const mail = emailOf(one({ title: 'a\r\nBcc: eve@example.org' }), 'box');
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail).toMatchObject({
      messageId: '<notice-1@box.vx11>',
      references: ['<window-1@box.vx11>'],
    });
  });

  test('of many notices counts them, shows the worst first, and says how many more there are', () => {
    const many = [
      ...Array.from({ length: 299 }, (_, nth) => aNotice({ title: `failed ${nth}` })),
      aNotice({ type: 'window.residue', severity: 'critical', title: 'still running: db' }),
    ];
    const digest = digestOf('notice-2', many);
    expect(digest).toMatchObject({
      severity: 'critical',
      title: '300 notices: 1 left something running, 299 windows failed',
      counts: { 'window.residue': 1, 'window.failed': 299 },
    });
    expect(digest.text.split('\n')[0]).toBe('• still running: db');
    expect(digest.text).toContain('and 290 more: vx11 notify outbox');
    expect(webhookBody(digest).data.notices).toHaveLength(300);
  });
});

test.each([
  ['a😀b', 3, 'a…'],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
])('%s cut to %i characters is %s', (text, most, result) => expect(cut(text, most)).toBe(result));
test('text is cut to bytes between characters', () => {
  expect(cutBytes('ñññ', 6)).toBe('ñññ');
  expect(cutBytes('ñññ', 5)).toBe('ñ…');
  expect(cutBytes('😀😀', 7)).toBe('😀…');
});
