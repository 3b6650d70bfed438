import type { PlanTexts } from './plan-texts.ts';

export const spanish: PlanTexts = {
  isUp: (services, host, seconds) =>
    `${services} en ${host} está en marcha ${seconds === null ? 'sin final' : `durante ${seconds} s`}`,
  isExtended: (services, host, window, seconds) =>
    `${services} en ${host} sigue en marcha ${seconds} s más (${window}), dentro de su max_ttl`,
  isTakenOut: (services, windows) => `${services} sale de ${windows} y se para; no se borra nada`,
  nothingHolds: (services) => `ninguna ventana tiene ${services}, así que nada cambia`,
  windowsEnd: (windows, own) =>
    `${own ? 'la ventana del propio plan' : 'ventanas'} ${windows}: termina; lo que nadie más tiene se para`,
  isRestarted: (service, host, window) =>
    `${service} en ${host} se para y vuelve a arrancar; ${window} sigue como está`,
  taskRuns: (type, seconds) =>
    `una tarea de ${type} se ejecuta en un sandbox, como mucho ${seconds} s`,
  checksRun: (suite, host, wakes) =>
    `se ejecutan las comprobaciones de ${suite} en ${host}${wakes === '' ? '' : `; ${wakes} despierta para ellas y vuelve a dormir`}`,
  repairRuns: (suite, host) =>
    `se busca en copias un parche para ${suite} en ${host}; un parche espera a una persona`,
  filesChange: (files, host) => `${files} en ${host} cambia como se muestra; se guarda una copia`,
  actsAre: (acts, host) => `en ${host}: ${acts}; se vigila, y se deshace si no queda sano`,
  looks: 'nada cambia: solo mira',
  passes: (seconds) => `pasan ${seconds} s`,
  nothingChanges: 'nada cambia',
  roleIsAsked: (role, action) => `se pide a ${role}: ${action}`,
  modelIsPulled: (model) =>
    `hermes descarga el modelo ${model}; otros pueden salir para dejar sitio`,
  closes: (window) => `cerrar ${window}, salvo que ya estuviera abierta`,
  cancelsTask: 'cancelar la tarea',
  endsRun: (run) => `terminar ${run} si sigue en marcha; lo que pidió no se deshace`,
  endsPull: 'terminar la descarga si sigue en marcha; un modelo que ya está se queda',
  endsRepair: (repair) => `terminar ${repair} si sigue en marcha; lo que aplicó se deshace`,
  putsFilesBack: (files) => `dejar ${files} como estaba, salvo que alguien lo haya cambiado`,
  takesActsBack: 'deshacerlo todo, en lo que dice que puede',
  givesUpRestart: 'dejar de esperarlo; lo reiniciado queda así',
  risk: {
    low: 'no quita nada a nadie',
    only_model: 'solo un modelo lo tomó por una orden',
    unclear_order: 'quizá no era una orden',
    ourselves: 'acabaría con el propio VX11',
    takes_away: 'quita algo',
    interrupts: 'interrumpe o cambia algo',
    changes_files: 'cambia archivos del stack',
    changes_reach: 'toca montajes, puertos, redes, permisos o etiquetas de imágenes, o quita algo',
    downloads: 'descarga un modelo, por el que otros pueden salir',
    hold: 'una ventana fija no tiene final (hold)',
    several_windows: 'termina varias ventanas (suspend)',
  },
  endsMore: (what) => `termina ${what} (suspend)`,
  wakesUnasked: (names) =>
    `despertaría ${names}, que ningún plan puede despertar sin que se le pida`,
  tooMuch: (names) => `también ${names}`,
  ofOwner: (window, owner) => `${window} de ${owner}`,
  nothingToDoRisk: 'no hay nada que hacer',

  noneYet: 'ninguno todavía',
  whichToOpen: (names) => `¿Qué servicio? Se pueden abrir: ${names}.`,
  whichToStop: (names) => `¿Qué servicio? Se pueden parar: ${names}.`,
  whichWindow: '¿Qué ventana? Nombra un servicio, o di "cierra todo".',
  whichToExtend: '¿Qué ventana? Nombra su servicio, como en "prolonga web 10 minutos".',
  whichToPatch: (names) =>
    `¿Cuál? Nombra un servicio para devolverlo a lo que declara su archivo de compose, como en "parchea web", o un parche; servicios: ${names}.`,
  whatToRoute:
    '¿Qué debe responder un modelo? Dilo tras dos puntos: "enruta: resume este texto …".',
  nothingDoes: {
    update: (service) =>
      `VX11 no actualiza nada por sí mismo. ¿Querías decir "reinicia ${service}" o "parchea ${service}" (lo devuelve a lo que declara su archivo de compose)? Con x-vx11.pull: always en el archivo de compose, cada arranque baja la imagen más nueva.`,
    migrate: () =>
      'VX11 no migra nada. ¿Querías decir vx11 backup y vx11 restore, que lo llevan a otra máquina?',
    cleanup: () =>
      'VX11 no limpia nada. ¿Querías decir "cierra todo" (termina tus ventanas), "escanea en busca de problemas" o vx11 models, que quita modelos?',
  },
  atMostTen: 'Una ventana tiene como mucho 10 servicios.',
  runHint:
    'Pon el comando entre acentos graves para ejecutarlo en un sandbox, o nombra un servicio para abrirle una ventana.',
  noSuite: (name, near) =>
    name === null
      ? 'No hay nada que comprobar: ningún archivo de Compose tiene servicios.'
      : `No hay ninguna suite ni servicio ${name}.${near === null ? '' : ` ¿Querías decir ${near}?`}`,
  brokenChecks: (problems) =>
    `Estas comprobaciones no se pueden ejecutar hasta corregir el archivo de Compose: ${problems.join('; ')}`,
  notYours: (services, windows) =>
    `Ninguna ventana tuya es de ${services}: lo tiene en marcha ${windows}. "para ${services}" lo saca de ahí.`,
  noWindow: (services) =>
    `No hay ninguna ventana abierta${services === '' ? '' : ` de ${services}`}.`,
  noLiveWindow: (window) =>
    `${window} no está viva: ha terminado o nunca existió. GET /vx11/windows muestra todas.`,
  deletesNothing: 'VX11 no borra nada: duerme servicios. Nombra un servicio para pararlo.',
  noWindowToExtend: (services, seconds) =>
    `No hay ninguna ventana tuya abierta de ${services}, así que no hay nada que prolongar; "abre ${services} durante ${seconds} segundos" abre una.`,
  notYoursToExtend: (service, window, seconds) =>
    `${window} tiene ${service} en marcha y puede prolongarla quien la abrió; "abre ${service} durante ${seconds} segundos" abre una tuya.`,
  noEndToMove: (window) => `${window} es fija: no tiene final que mover.`,
  notOpenYet: (window) => `${window} todavía no está abierta: prolóngala cuando lo esté.`,
  noHost: (host, hosts) => `${host} no es ningún equipo de aquí; hay: ${hosts}.`,
  oneHost: (hosts) => `Un plan es para un solo equipo; estos son varios: ${hosts}.`,
  inNoFile: (service, host, names) =>
    `${service} no está en ${host === null ? 'ningún archivo de compose' : `el archivo de compose de ${host}`}; se pueden abrir: ${names}.`,
  alwaysRuns: (service, tier) => `${service} es del nivel ${tier}: siempre está en marcha.`,
  onSeveralHosts: (service, hosts, example) =>
    `${service} está en varios equipos (${hosts}); nombra uno, como en "${service} en ${example}".`,
  windowOnOneHost: (hosts) => `Una ventana es de un solo equipo; estos están en ${hosts}.`,
  nothingToDo: 'No hay nada que hacer.',
  tooManySteps: (most) => `Un plan tiene como mucho ${most} pasos.`,
  needsOperator: (scope) => `Esto necesita un token de nivel operator; el tuyo es ${scope}.`,
  holdNeedsAdmin: (scope) =>
    `Una ventana fija necesita un token de nivel admin; el tuyo es ${scope}.`,
};
