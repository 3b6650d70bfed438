import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { temporalCheck } from '../../../cli/doctor/services.ts';
import { readSettings } from '../../../cli/up/settings.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { installTemporalRuntime } from '../../../workers/temporal/runtime.ts';
import { registerSearchAttributes } from '../../../workers/temporal/search-attributes.ts';
import { temporalBinary } from '../../stack/temporal.ts';
import { until } from '../../stack/wait.ts';
import { createAuthority, type Authority } from '../../tls/authority.ts';
import { startTemporalFront, type TemporalFront } from '../../tls/temporal-front.ts';

const [denied, unimplemented] = [7, 12];
const add = 'AddSearchAttributes';
const list = 'ListSearchAttributes';
const address = inject('temporalAddress');

let authority: Authority;
let front: TemporalFront;
beforeAll(async () => {
  authority = createAuthority();
  const own = authority.issue('temporal');
  front = await startTemporalFront(address, own);
  await installTemporalRuntime(pino({ level: 'silent' }));
}, 60_000);
afterAll(async () => {
  await front?.close();
  authority.remove();
});

const temporal = (...args: string[]) => promisify(execFile)(temporalBinary(), args);

/** A connection through the front, and a namespace that has none of our search attributes. */
async function newNamespace() {
  const namespace = `bare-${randomUUID().slice(0, 8)}`;
  await temporal('operator', 'namespace', 'create', '--address', address, '-n', namespace);
  const connection = await NativeConnection.connect({
    address: `127.0.0.1:${front.port}`,
    tls: { serverRootCACertificate: readFileSync(authority.ca) },
  });
  onTestFinished(() => connection.close());
  // the server knows a new namespace only after a while
  await until('the namespace answers', () =>
    connection.workflowService.countWorkflowExecutions({ namespace }).then(
      () => true,
      () => false,
    ),
  );
  return { connection, namespace };
}

const register = (on: Awaited<ReturnType<typeof newNamespace>>): Promise<VX11Error | null> =>
  registerSearchAttributes(on.connection, { address, namespace: on.namespace }).then(
    () => null,
    (error: unknown) => {
      if (error instanceof VX11Error) return error;
      throw error;
    },
  );

/** Runs the commands that an error ends with. */
async function obey({ message }: VX11Error): Promise<void> {
  const commands = message.slice(message.indexOf('Add them with: ') + 15).split(' && ');
  for (const command of commands) {
    const [program, ...args] = command.split(' ');
    expect(program).toBe('temporal');
    await temporal(...args);
  }
}

const added = () => front.calls.filter(({ method }) => method === add).length;

test('a namespace that lets VX11 do so gets the search attributes, once', async () => {
  front.refuse([], 0);
  const on = await newNamespace();
  const before = added();
  expect(await register(on)).toBeNull();
  await until('they exist', async () => (await register(on)) === null);
  expect(added()).toBe(before + 1);
}, 40_000);

test.each([
  ['may not register them', [add], denied],
  ['may not even list them', [add, list], denied],
  ['has no operator calls', [add, list], unimplemented],
])(
  'where VX11 %s, it names what is missing, and goes on once a person has added it',
  async (_, methods, status) => {
    const on = await newNamespace();
    front.refuse(methods, status);
    onTestFinished(() => front.refuse([], 0));
    const error = await register(on);
    expect(error?.code).toBe('search_attributes_missing');
    const listed =
      'VX11Service (KeywordList), VX11Owner (Keyword), VX11Host (Keyword), VX11State (Keyword), VX11Deadline (Datetime)';
    expect(error?.message).toContain(
      `${on.namespace} of Temporal lacks search attributes: ${listed}.`,
    );
    expect(error?.message).toContain(status === denied ? 'PERMISSION_DENIED' : 'UNIMPLEMENTED');

    const doctor = await doctorOf(on.namespace);
    const [found] = await doctor.run();
    expect(found).toMatchObject({ state: 'warn', detail: expect.stringContaining(listed) });
    expect(found!.fix).toContain('--name VX11Service --type KeywordList && temporal operator');

    await obey(error!);
    await until('they are known', async () => (await register(on)) === null);
    expect(await doctor.run()).toMatchObject([{ state: 'ok' }]);
  },
  40_000,
);

test('an attribute of another type is named, and nothing is added beside it', async () => {
  const on = await newNamespace();
  const at = ['--address', address, '-n', on.namespace];
  const create = ['operator', 'search-attribute', 'create', ...at];
  await temporal(...create, '--name', 'VX11Owner', '--type', 'Text');
  await until('it is listed', async () => {
    const { customAttributes } = await on.connection.operatorService.listSearchAttributes({
      namespace: on.namespace,
    });
    return 'VX11Owner' in customAttributes;
  });
  const before = added();
  const error = await register(on);
  expect(error?.message).toContain('VX11Owner (Keyword, but is Text there)');
  expect(error?.message).toContain('remove or rename');
  expect(added()).toBe(before);
}, 40_000);

/** What vx11 doctor checks of Temporal in this namespace. */
async function doctorOf(namespace: string) {
  const settings = readSettings(
    {
      TEMPORAL_ADDRESS: `127.0.0.1:${front.port}`,
      TEMPORAL_NAMESPACE: namespace,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.ca,
      TEMPORAL_TLS_SERVER_NAME: 'localhost',
    },
    '/repository',
  );
  return temporalCheck(settings, undefined);
}
