import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noLlm } from '../../../activities/providers/language-models.ts';
import { createChat } from '../../../activities/plans/chat.ts';
import { readWorld } from '../../../activities/plans/facts.ts';
import { createPlanEventBus } from '../../../activities/plans/plan-event-bus.ts';
import { propose } from '../../../activities/plans/propose.ts';
import { understand } from '../../../activities/plans/understand.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { aService, anOpenWindow } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

let fixture: PlanFixture;
beforeEach(async () => {
  fixture = await startPlans();
  await known('web', 'web-admin', 'WEB', 'db', 'delta', 'api');
});
afterEach(() => fixture.close());

const known = (...names: string[]): Promise<unknown> =>
  fixture.store.services.saveCatalog(catalog(names.map((name) => aService(name))), []);

/** Understands a sentence, plans it, and starts the plan if it needs no confirmation. */
async function say(message: string, scope: 'operator' | 'admin' = 'operator'): Promise<PlanView> {
  const call = { correlation_id: 'c-1' };
  const { intent } = await understand(noLlm, message, await readWorld(fixture.store), call);
  const by = { source: 'chat', actor: 'ada', scope, reason: intent.reason, ...call } as const;
  return (await propose(fixture.deps, { ...by, intent })).plan;
}
const reads = /^(NOOP|SYSTEM_HEALTHCHECK)$/;
const isNothing = ({ steps }: PlanView): boolean => steps.every(({ type }) => reads.test(type));
/** The services that a plan opens, extends or ends. */
const concerns = ({ steps }: PlanView): string[] =>
  steps.flatMap(({ params }) => ('services' in params ? (params.services ?? []) : []));

describe('a question, and nothing is done', () => {
  test.each([
    ['open web/admin', 'name_not_clear'],
    ['open web - admin', 'name_not_clear'],
    ['open web or delta', 'name_not_clear'],
    ['open Web', 'name_not_clear'],
    ['stop Web', 'name_not_clear'],
    ['open web for -5 minutes', 'time_not_clear'],
    ['open web for \u22125 minutes', 'time_not_clear'],
    ['open web for 0 seconds', 'time_not_clear'],
    ['open web for 1e9 seconds', 'time_not_clear'],
    ['open web 5 minutes ago', 'time_not_clear'],
    ['abre web o delta', 'name_not_clear'],
    ['abre web hace 5 minutos', 'time_not_clear'],
    ['extend web', 'time_not_clear'],
    ['web please', 'order_not_known'],
  ])('%s', async (message, warning) => {
    const plan = await say(message);
    expect([plan.status, plan.warnings, plan.steps.map(({ type }) => type)]).toEqual([
      'DONE',
      [warning],
      ['NOOP'],
    ]);
    expect(fixture.started).toEqual([]);
  });
});

describe('nothing', () => {
  test.each([
    'dont open web',
    'don\u00b4t open web',
    'don`t open web',
    'don\u2019t open web',
    'avoid: open web',
    'cancel: open web',
    'he said "open web"',
    'he said: open web',
    'he said \u00abopen web\u00bb',
    'open web assuming db is up',
    'leave web alone',
    'is it time to open web?',
    'open web?',
    '¿abro web?',
  ])('%s', async (message) => {
    const plan = await say(message);
    expect(isNothing(plan) && plan.status === 'DONE').toBe(true);
    expect(fixture.started).toEqual([]);
  });
});

test.each(['open a ticket for web', 'api is open', 'the opening of web', 'web opens'])(
  'does nothing, or waits for a confirmation: %s',
  async (message) => {
    const plan = await say(message);
    expect(isNothing(plan) || (plan.status === 'WAITING' && plan.risk === 'MED')).toBe(true);
  },
);

test.each(['\u2010', '\u2011', '\u2013', '\u2212'])(
  'a dash that is no hyphen is one in a name: web%sadmin',
  async (dash) => {
    expect(concerns(await say(`open web${dash}admin`))).toEqual(['web-admin']);
  },
);

describe('a service that is called like a word', () => {
  test.each([
    ['open web', 'OPEN_WINDOW', ['web']],
    ['open open', 'OPEN_WINDOW', ['open']],
    ['please open web and open', 'OPEN_WINDOW', ['web', 'open']],
    ['start open', 'OPEN_WINDOW', ['open']],
    ['open stop', 'OPEN_WINDOW', ['stop']],
    ['stop web', 'CLOSE_WINDOW', ['web']],
    ['stop stop', 'CLOSE_WINDOW', ['stop']],
    ['stop open', 'CLOSE_WINDOW', ['open']],
    ['turn on web', 'OPEN_WINDOW', ['web']],
    ['turn stop on', 'OPEN_WINDOW', ['stop']],
    ['abre open', 'OPEN_WINDOW', ['open']],
    ['restart restart', 'OPEN_WINDOW', ['restart']],
  ])('%s: %s of %s', async (message, type, services) => {
    await known('open', 'stop', 'web', 'restart');
    const plan = await say(message);
    expect([plan.steps.map((step) => step.type), concerns(plan)]).toEqual([[type], services]);
  });
});

describe('destructive words', () => {
  test.each(
    'wipe|nuke|purge|rm -rf|prune|format|get rid of|drop|erase|vacia|borra|elimina|formatea|deshazte de'.split(
      '|',
    ),
  )('%s is never done unasked', async (verb) => {
    for (const message of [`${verb} db`, `please ${verb} db now`, `open db and ${verb} db`]) {
      expect(await say(message), message).toMatchObject({ status: 'WAITING', risk: 'HIGH' });
    }
    expect(fixture.started.length).toBe(3); // their runs wait
  });
});

describe('to extend', () => {
  const until = (minutes: number) => new Date(fixture.now + minutes * 60_000).toISOString();
  const open = (change: Parameters<typeof anOpenWindow>[0] = {}) =>
    fixture.store.windows.save(
      anOpenWindow({
        window_id: 'window-0a0a0a0a',
        host: 'box',
        kind: 'target',
        target: 'web',
        services: ['web'],
        members: ['web'],
        owner: 'ada',
        expires_at: until(5),
        ...change,
      }),
      [],
    );

  test.each([
    ['keep web up for another 20 minutes', 1200],
    ['dale a web otros 20 minutos', 1200],
    ['extend web by 3 hours', 3600],
  ])('%s moves the end of its window by %d s, of LOW risk', async (message, seconds) => {
    await open();
    const plan = await say(message);
    expect(plan).toMatchObject({
      status: 'PENDING',
      risk: 'LOW',
      action: 'extend_window',
      steps: [
        {
          type: 'EXTEND_WINDOW',
          undo: null,
          params: { window_id: 'window-0a0a0a0a', host: 'box', services: ['web'], seconds },
        },
      ],
    });
    expect(fixture.started).toEqual([plan.plan_id]);
  });

  test('takes the window that lasts longest, and each window once', async () => {
    await open();
    await open({
      target: null,
      kind: 'operator',
      window_id: 'window-0b0b0b0b',
      expires_at: until(9),
      services: ['web', 'db'],
      members: ['web', 'db'],
    });
    const plan = await say('extend web and db by 10 minutes');
    expect(plan.steps).toMatchObject([
      { params: { window_id: 'window-0b0b0b0b', services: ['web', 'db'] } },
    ]);
  });

  test.each<[string, Parameters<typeof anOpenWindow>[0] | null, string, RegExp]>([
    ['nothing is open', null, 'no_open_window', /"open web for 600 seconds"/],
    ['it is on hold', { mode: 'hold', expires_at: null }, 'window_not_open', /on hold/],
    ['it opens still', { state: 'opening' }, 'window_not_open', /not open yet/],
    [
      'it belongs to another owner',
      { kind: 'operator', target: null, owner: 'bob' },
      'window_not_open',
      /bob/,
    ],
  ])('is refused where %s', async (_, change, code, detail) => {
    if (change !== null) await open(change);
    const plan = await say('extend web by 10 minutes');
    expect(plan).toMatchObject({ status: 'ERROR', error: { code } });
    expect(plan.error!.detail).toMatch(detail);
  });
});

describe('an answer in Spanish', () => {
  const english =
    /\b(the|is|are|was|which|nothing|these|can|service[^s]|window[^-]|and|not|your?|it)\b/i;
  const chat = (message: string) =>
    createChat({ ...fixture.deps, llm: noLlm, eventBus: createPlanEventBus() })({
      source: 'chat',
      actor: 'ada',
      scope: 'operator',
      correlation_id: 'c-1',
      message,
      session_id: `s${message.length}`,
      context: {},
      dry_run: false,
      require_reasoning: false,
      as_task: false,
    });
  test.each([
    'hola',
    'ayuda',
    'estado',
    'abre web o db',
    'abre Web',
    'abre web durante 0 minutos',
    'no abras web',
    'para db y abre web',
    'abre misterio',
    'abre madre',
    'abre web en marte',
    'para web',
    'detén db',
    'mantén web abierto',
    'cierra web',
    'cierra',
    'reinicia web',
    'borra db',
    'borra todo',
    'prolonga web 10 minutos',
    'prolonga web',
    'actualiza web',
    'ejecuta algo',
    'pinta la web de azul',
    'la web, por favor',
  ])('has no English in it: %s', async (message) => {
    const { response } = await chat(message);
    const own = response.replace(
      /"[^"]*"|`[^`]*`|plan-\w+|window-\w+|s\d+ [A-Z_]+|\((stop|delete|restart|hold|suspend|update)\)/g,
      '',
    );
    expect(own).not.toMatch(english);
    expect(own.length).toBeGreaterThan(10);
  });

  test('to a sentence with no order says what was understood, and the commands that may have been meant', async () => {
    expect((await chat('la web, por favor')).response).toBe(
      'Entendí web, y ninguna orden. Di una de estas: "abre web durante 20 minutos", "cierra web", "estado de web". No se hizo nada.',
    );
    expect((await chat('web for 20 minutes')).response).toBe(
      'I recognized web and 1200 seconds, but no order. Say one of: "open web for 1200 seconds", "close web", "status of web". Nothing was done.',
    );
  });
});
