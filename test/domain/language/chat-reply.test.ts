import { describe, expect, test } from 'vitest';
import type { Intent, Language } from '../../../contracts/intent.ts';
import type { PlanStep, PlanView } from '../../../contracts/plan.ts';
import {
  dryText,
  replyTo,
  sentencesOf,
  statusText,
  type ServiceFact,
} from '../../../domain/language/chat-reply.ts';
import { anIntent, aPlan, aStep, aWaitingPlan } from '../plans/plan-samples.ts';

const fact = (change: Partial<ServiceFact> = {}): ServiceFact => ({
  name: 'web',
  host: 'nas',
  tier: 'window',
  state: 'running',
  health: 'ok',
  reason: null,
  until: null,
  ...change,
});
const asleep = (name: string): ServiceFact => fact({ name, health: 'off_by_policy' });

describe('how things are', () => {
  const until = '2026-11-21T12:20:00.000Z';
  test.each<[string, ServiceFact[], string[], string, string]>([
    [
      'nothing is known',
      [],
      [],
      'No service is known yet.',
      'Todavía no se conoce ningún servicio.',
    ],
    [
      'all sleeps',
      [asleep('web'), asleep('db')],
      [],
      'Nothing runs in a window. 2 services asleep by policy.',
      'Nada está en marcha en una ventana. 2 servicios duermen por política.',
    ],
    [
      'one that was named sleeps',
      [asleep('web')],
      ['web'],
      'Nothing runs in a window. 1 service asleep by policy (web).',
      'Nada está en marcha en una ventana. 1 servicio duerme por política (web).',
    ],
    [
      'one is up, until its window ends',
      [fact({ until })],
      [],
      `web is up until ${until}.`,
      `web está en marcha hasta ${until}.`,
    ],
    [
      'some are not well',
      [
        fact({ health: 'degraded', reason: 'unhealthy' }),
        fact({ name: 'db', health: 'down' }),
        fact({ name: 'x', health: 'starting' }),
      ],
      [],
      'web is degraded (unhealthy); db is down; x is starting.',
      'web no va bien (su chequeo de salud falla); db se ha caído; x está arrancando.',
    ],
    [
      'one that was named is in no file',
      [fact()],
      ['web', 'nope'],
      'web is up. nope: in no compose file.',
      'web está en marcha. nope: en ningún archivo de compose.',
    ],
    [
      'two hosts have one name',
      [fact(), fact({ host: 'gpu' }), fact({ name: 'db' })],
      [],
      'web on nas is up; web on gpu is up; db is up.',
      'web en nas está en marcha; web en gpu está en marcha; db está en marcha.',
    ],
  ])('%s', (_, facts, named, english, spanish) => {
    expect(statusText(facts, named, 'en')).toBe(english);
    expect(statusText(facts, named, 'es')).toBe(spanish);
  });
});

/** What is said to the same intent in each language. */
const replies = (text: [string, string], plan: PlanView): string[] =>
  text.map((one, nth) => {
    const intent: Intent = anIntent(one);
    expect(intent.language).toBe((['en', 'es'] as Language[])[nth]);
    return replyTo(intent, plan);
  });
const stop: [string, string] = ['stop web', 'para web'];

describe('how a plan stands', () => {
  const because = 'it takes something away (stop)'; // as the plan has it, in English
  const waiting = (change: Partial<NonNullable<PlanView['confirmation']>> = {}) => {
    const plan = aWaitingPlan({ risk_because: because });
    return { ...plan, confirmation: { ...plan.confirmation!, ...change } };
  };
  const time = waiting().confirmation.expires_at;
  const steps = 's1 NOOP: nothing changes';
  test.each<[string, PlanView, string, string]>([
    [
      'it waits for the asker',
      waiting(),
      `This is of HIGH risk: ${because}. You have to confirm it until ${time}: ${steps}.`,
      `El riesgo es HIGH: ${because}. Tienes que confirmarlo antes de ${time}: ${steps}.`,
    ],
    [
      'it waits for another person',
      waiting({ no_self_approval: true }),
      `This is of HIGH risk: ${because}. Another person has to confirm it until ${time}: ${steps}.`,
      `El riesgo es HIGH: ${because}. Otra persona tiene que confirmarlo antes de ${time}: ${steps}.`,
    ],
    [
      'it waits for several',
      waiting({ quorum: 2 }),
      `This is of HIGH risk: ${because}. 2 people have to confirm it until ${time}: ${steps}.`,
      `El riesgo es HIGH: ${because}. 2 personas tienen que confirmarlo antes de ${time}: ${steps}.`,
    ],
    [
      'it is about to run',
      aPlan({ plan_id: 'plan-00000001' }),
      `It is under way as plan-00000001: ${steps}.`,
      `Está en marcha como plan-00000001: ${steps}.`,
    ],
    [
      'it was rejected',
      aPlan({ plan_id: 'plan-00000001', status: 'REJECTED' }),
      'plan-00000001 was rejected; nothing was done.',
      'plan-00000001 fue rechazado; no se hizo nada.',
    ],
    [
      'it was cancelled',
      aPlan({ plan_id: 'plan-00000001', status: 'CANCELLED' }),
      'plan-00000001 was cancelled.',
      'plan-00000001 fue cancelado.',
    ],
    [
      'it was cancelled after a window was opened and another one closed',
      aPlan({
        plan_id: 'plan-00000001',
        status: 'CANCELLED',
        steps: [aStep({ status: 'UNDONE' }), aStep({ step_id: 's2', status: 'DONE' })],
      }),
      'plan-00000001 was cancelled; taken back: s1.',
      'plan-00000001 fue cancelado; se deshizo: s1.',
    ],
    [
      'it failed',
      aPlan({ status: 'ERROR', error: { code: 'x', detail: 'It is full.' } }),
      'That did not work. It is full.',
      'Eso no funcionó. It is full.',
    ],
    ['it failed silently', aPlan({ status: 'ERROR' }), 'That did not work.', 'Eso no funcionó.'],
    ['it had no steps', aPlan({ status: 'DONE', steps: [] }), 'Done.', 'Hecho.'],
  ])('%s', (_, plan, english, spanish) => expect(replies(stop, plan)).toEqual([english, spanish]));

  test('it was only to be shown', () => {
    const plan = waiting();
    expect(dryText(plan, 'en')).toBe(
      `This is what would be done, at HIGH risk (${because}): ${steps}. Nothing was done.`,
    );
    expect(dryText(plan, 'es')).toBe(
      `Esto es lo que se haría, con riesgo HIGH (${because}): ${steps}. No se hizo nada.`,
    );
  });
});

describe('what came of a step', () => {
  const done = (step: object, result: object | null = null): PlanView =>
    aPlan({
      status: 'DONE',
      steps: [aStep({ ...step, status: 'DONE', result } as Partial<PlanStep>)],
    });
  const opening = { type: 'OPEN_WINDOW', params: { host: 'host-a', services: ['web', 'db'] } };
  const open: [string, string] = ['open web and db', 'abre web y db'];
  const time = '2026-11-21T12:20:00.000Z';
  test.each<[string, [string, string], PlanView, string, string]>([
    [
      'a window that ends',
      open,
      done(opening, { expires_at: time, window_id: 'window-1' }),
      `web, db is open until ${time} (window-1).`,
      `web, db: abierto hasta ${time} (window-1).`,
    ],
    [
      'a window without an end, whose services did not all come up',
      open,
      done(opening, { services_failed: [{ service: 'db', detail: 'no image' }] }),
      'web, db is open without an end (unknown). db did not come up: no image.',
      'web, db: abierto sin final (desconocido). db no arrancó: no image.',
    ],
    [
      'a window on a host that was named',
      ['open web on host-a', 'abre web en host-a'],
      done({ ...opening, params: { host: 'host-a', services: ['web'] } }, { window_id: 'w' }),
      'web on host-a is open without an end (w).',
      'web en host-a: abierto sin final (w).',
    ],
    [
      'an end',
      stop,
      done({ type: 'CLOSE_WINDOW', effect: 'windows w ends' }),
      'Closed: windows w ends.',
      'Cerrado: windows w ends.',
    ],
    [
      'a look',
      ['status', 'estado'],
      done({ type: 'SYSTEM_HEALTHCHECK', params: { services: [] } }, { services: [fact()] }),
      'web is up.',
      'web está en marcha.',
    ],
    [
      'a task',
      ['run `ls` for me', 'ejecuta `ls`'],
      done({ type: 'SPAWN' }, { spawn_id: 'spawn-1' }),
      'The task ran as spawn-1.',
      'La tarea se ejecutó como spawn-1.',
    ],
    [
      'work of a role',
      ['patch web', 'parchea web'],
      done({ type: 'CALL_MANIFESTATOR' }),
      'CALL_MANIFESTATOR is done.',
      'CALL_MANIFESTATOR: hecho.',
    ],
    [
      'an end of nothing',
      ['close web', 'cierra web'],
      done({ type: 'NOOP' }),
      'No window is open on web.',
      'No hay ninguna ventana abierta de web.',
    ],
    [
      'an end of everything, where there is nothing',
      ['close all', 'cierra todo'],
      done({ type: 'NOOP' }),
      'No window is open.',
      'No hay ninguna ventana abierta.',
    ],
    [
      'a wish to delete what is no service',
      ['delete the moon', 'borra la luna'],
      done({ type: 'NOOP' }),
      'VX11 deletes nothing: it puts services to sleep. Name a service to stop it.',
      'VX11 no borra nada: duerme servicios. Nombra un servicio para pararlo.',
    ],
  ])('%s', (_, texts, plan, english, spanish) =>
    expect(replies(texts, plan)).toEqual([english, spanish]),
  );

  test('what is closed whatever happens is not told', () => {
    const quiet = done({ type: 'CLOSE_WINDOW', always: true });
    expect(replies(stop, quiet)).toEqual(['Done.', 'Hecho.']);
  });

  test('help and talk show what can be said, in sentences that are understood', () => {
    const [help, ayuda] = replies(['help', 'ayuda'], done({ type: 'NOOP' })) as [string, string];
    const [talk, hola] = replies(['thanks', 'hola'], done({ type: 'NOOP' })) as [string, string];
    expect(talk).toContain(help);
    expect(hola).toContain(ayuda);
    const examples = (text: string) => [...text.matchAll(/"([^"]+)"/g)].map(([, one]) => one!);
    for (const [text, language] of [[help, 'en'] as const, [ayuda, 'es'] as const]) {
      expect(examples(text).map((one) => anIntent(one))).toMatchObject([
        { action: 'open_window', targets: ['web'], ttl_seconds: 1200, language },
        { action: 'close_window', targets: ['web'], language },
        { action: 'extend_window', targets: ['web'], ttl_seconds: 600, language },
        { action: 'list', language },
        { action: 'restart', targets: ['web'], language },
        { action: 'run', code: 'uptime', language },
      ]);
    }
  });
});

test.each<[Language, string, string, string]>([
  [
    'en',
    'Understood as stop of web. madre is away, so nothing was started; try again shortly.',
    'madre did not answer in time. What you asked for may still happen: GET /madre/plans tells.',
    'Neither madre nor the store answers, so it is not known how things are.',
  ],
  [
    'es',
    'Entendido como stop de web. madre no está, así que no se empezó nada; prueba otra vez en breve.',
    'madre no respondió a tiempo. Lo que pediste puede ocurrir todavía: GET /madre/plans lo dice.',
    'Ni madre ni el almacén responden, así que no se sabe cómo está todo.',
  ],
])('without madre, in %s', (language, notStarted, mayStillHappen, nothingKnown) => {
  const say = sentencesOf(language);
  expect(say.notStarted('stop', 'web')).toBe(notStarted);
  expect([say.mayStillHappen, say.nothingKnown]).toEqual([mayStillHappen, nothingKnown]);
});
