import { liveAsChild } from '../probe/as-child.ts';
import type { ToSender } from './messages.ts';
import { startSender } from './sender.ts';

// the process that sends the requests of one load, so that neither they nor their answers can hold up madre
liveAsChild();

let sender: ReturnType<typeof startSender> | null = null;
process.on('message', (message) => {
  const order = message as ToSender;
  if (order.kind === 'begin') sender = startSender(order, (sent) => void process.send?.(sent));
  else sender?.pace(order);
});
