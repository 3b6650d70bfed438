import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type { ChannelView, NoticeMessage } from '../../contracts/notice-message.ts';
import type { Notice } from '../../contracts/notice.ts';
import { isoTime } from '../../platform/time.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { theOneOn } from '../reads/the-one-on.ts';

/** The channels of all hosts. */
export interface Channels {
  list(): Promise<{ channels: ChannelView[]; problems: string[] }>;
  /**
   * Puts a test message into the outbox; madre sends it at once. Throws `channel_not_found`, `channel_off`;
   * `invalid` if several hosts have a channel of this name and `host` is none of them.
   */
  test(name: string, host: string | undefined, by: string): Promise<NoticeMessage>;
}

export function createChannels(
  { store, clock }: Pick<GatewayDeps, 'store' | 'clock'>,
  model: ReadModel,
): Channels {
  const list: Channels['list'] = async () => {
    const { catalogs } = await model.snapshot();
    const counts = await store().messages.counts();
    return {
      channels: catalogs.flatMap(({ host, notify }) =>
        (notify?.channels ?? []).map(({ source: _source, ...channel }) => {
          const count = counts.find((one) => one.host === host && one.channel === channel.name);
          return { ...channel, host, waiting: count?.waiting ?? 0, dead: count?.dead ?? 0 };
        }),
      ),
      problems: catalogs.flatMap(({ notify }) => notify?.problems ?? []),
    };
  };
  return {
    list,
    async test(name, onHost, by) {
      const { channels } = await list();
      const named = channels.filter((one) => one.name === name);
      const found = theOneOn(named, ({ host }) => host, name, onHost);
      if (found === null)
        throw new VX11Error(
          'channel_not_found',
          `There is no channel ${name}; GET /vx11/notices/channels lists all.`,
        );
      if (found.problems.length > 0) throw new VX11Error('channel_off', found.problems.join('; '));
      const { messages } = store();
      const id = newId('notice');
      const now = clock();
      await messages.post(id, found.host, name, testNotice(found, by, now), now);
      return (await messages.find(id))!;
    },
  };
}

const testNotice = ({ name, host }: ChannelView, by: string, now: number): Notice => ({
  type: 'test',
  severity: 'info',
  title: `Test of the channel ${name}`,
  text: `${by} asked VX11 on ${host} to send this. There is nothing to do.`,
  subject: `channel ${name}`,
  at: isoTime(now),
  valid_until: null,
});
