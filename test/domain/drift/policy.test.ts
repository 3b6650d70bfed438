import { expect, test } from 'vitest';
import { leavesOf } from '../../../domain/drift/policy.ts';
import { composeConfig } from '../../../contracts/compose.ts';

test('settings of VX11 have a path each, and those of notifications are sealed', () => {
  const config = composeConfig.parse({
    name: 'shop',
    services: { web: { image: 'web', 'x-vx11': { tier: 'window', max_ttl: '1h' } }, db: {} },
    'x-vx11': { confirm: { quorum: 2 }, notify: { channels: [{ name: 'phone' }] } },
  });
  expect(leavesOf(config, () => 'sealed')).toEqual({
    'x-vx11.confirm.quorum': '2',
    'x-vx11.notify.channels': 'sealed',
    'services.web.x-vx11.tier': 'window',
    'services.web.x-vx11.max_ttl': '1h',
  });
});
