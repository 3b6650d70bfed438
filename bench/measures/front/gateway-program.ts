import { modelsOf } from '../../../test/activities/routing/routed.ts';
import { startRoutedGateway } from '../../../test/gateway/routing/routed-gateway.ts';

/** As the process of switch does. */
const flushEveryMs = 500;

/** A gateway and a switch with one provider, in a process of their own. Prints their address and a token. */
const [base_url = ''] = process.argv.slice(2);
const gateway = await startRoutedGateway(
  [{ id: 'local', kind: 'openai', base_url, tags: ['local'], models: modelsOf(['stand-in']) }],
  { flushEveryMs },
);
console.log(JSON.stringify({ url: `${gateway.base}/v1`, token: await gateway.token('operator') }));
process.once('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
