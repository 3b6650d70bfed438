import { Option } from 'commander';
import {
  channelListAnswer,
  messageStatus,
  noticeMessage,
  outboxAnswer,
  type NoticeMessage,
} from '../../contracts/notice-message.ts';
import { plainText } from '../../platform/clean-text.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import { numberArgument } from '../argument.ts';
import type { AddCommand, Session } from '../session.ts';
import { table } from '../table.ts';
import { answer } from '../terminal.ts';
import { showTime } from '../time.ts';

interface OutboxOptions {
  status?: string;
  channel?: string;
  limit?: number;
}

const pollEveryMs = 300;
/** Longer than a round of madre and one try. */
const testLimitMs = 12_000;

export const addNotify: AddCommand = (program, session) => {
  const group = program
    .command('notify')
    .description('list channels of notifications, send a test, and list what was sent');
  group
    .command('list', { isDefault: true })
    .description('list the channels of x-vx11.notify')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', '/vx11/notices/channels', channelListAnswer);
      answer(terminal, given, () => {
        if (given.channels.length === 0 && given.problems.length === 0)
          return 'There is no channel; docs/notifications.md shows x-vx11.notify.';
        const rows = given.channels.map((one) => [
          one.name,
          one.type,
          one.address,
          one.severity,
          String(one.waiting),
          String(one.dead),
          one.problems.join('; '),
        ]);
        const heads = ['CHANNEL', 'TYPE', 'ADDRESS', 'FROM', 'WAITING', 'DEAD', 'PROBLEM'];
        return [table(heads, rows), ...given.problems.map(plainText)].join('\n');
      });
    });
  group
    .command('test')
    .description('send a test message, and wait for what becomes of it')
    .argument('<channel>', 'a channel')
    .option('--host <host>', 'the host, where several have one of this name')
    .action((name: string, { host }: { host?: string }) => test(session(), name, host));
  group
    .command('outbox')
    .description('list messages that wait, were sent, or could not be sent')
    .addOption(new Option('--status <status>', 'only these').choices(messageStatus.options))
    .option('--channel <name>', 'only those of this channel')
    .option('--limit <n>', 'how many', numberArgument(1, 100))
    .action(async ({ status, channel, limit }: OutboxOptions) => {
      const { gateway, terminal } = session();
      const query = new URLSearchParams({
        ...(status !== undefined && { status }),
        ...(channel !== undefined && { channel }),
        ...(limit !== undefined && { limit: String(limit) }),
      });
      const given = await gateway.call('GET', `/vx11/notices?${query}`, outboxAnswer);
      answer(terminal, given, () =>
        [
          table(['MESSAGE', 'CHANNEL', 'STATUS', 'AT', 'TRIES', 'WHAT', 'ERROR'], rowsOf(given)),
          ...(given.held === 0 ? [] : [`${given.held} more wait for others or for quiet hours`]),
        ].join('\n'),
      );
    });
  group
    .command('retry')
    .description('try a dead message again')
    .argument('<message>', 'its id')
    .action(async (id: string) => {
      const { gateway, terminal } = session();
      const path = `/vx11/notices/${encodeURIComponent(id)}/retry`;
      const given = await gateway.call('POST', path, noticeMessage, { body: {} });
      answer(terminal, given, () => `${given.message_id} is tried again`);
    });
};

const rowsOf = ({ messages }: { messages: NoticeMessage[] }): string[][] =>
  messages.map((one) => [
    one.message_id,
    one.channel,
    one.status,
    showTime(one.created_at),
    String(one.attempts),
    `${one.notices[0]?.title ?? ''}${one.count > 1 ? ` and ${one.count - 1} more` : ''}`,
    one.error ?? '',
  ]);

async function test(
  { gateway, terminal, signal }: Session,
  name: string,
  host: string | undefined,
): Promise<void> {
  const path = `/vx11/notices/channels/${encodeURIComponent(name)}/test`;
  const body = host === undefined ? {} : { host };
  const { message_id } = await gateway.call('POST', path, noticeMessage, { body });
  const look = async (): Promise<NoticeMessage | null> => {
    const query = new URLSearchParams({ channel: name, limit: '100' });
    const { messages } = await gateway.call('GET', `/vx11/notices?${query}`, outboxAnswer);
    const now = messages.find((one) => one.message_id === message_id);
    return now === undefined || (now.status === 'waiting' && now.error === null) ? null : now;
  };
  const now = await poll(look, { everyMs: pollEveryMs, withinMs: testLimitMs, signal });
  if (now?.status === 'sent') return answer(terminal, now, () => `${name} has the test message`);
  const still = `${message_id} is still in the outbox; vx11 notify outbox shows it`;
  throw new CommandFailed(exitCode.failed, plainText(`${name}: ${now?.error ?? still}`));
}
