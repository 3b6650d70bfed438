import { node, python } from './programs.ts';
import { page, programs, service, stack, type Files, type Seed } from './seed.ts';

/** Waits for the page, then says whether process 1 would end at the signal that stops a container. */
const checkStop = `#!/bin/sh
until wget -q -O /dev/null http://127.0.0.1:8080/; do sleep 0.2; done
# bit 14 of the signals that a process catches is SIGTERM
caught=$(awk '/^SigCgt/ { print $2 }' /proc/1/status)
[ $((0x$caught >> 14 & 1)) = 1 ] && exit 0
echo 'process 1 does not handle SIGTERM: each stop is forced'
exit 1
`;
const stops = '{ name: stops, exec: [sh, /app/check-stop.sh], timeout: 5s }';
const web = (command: string): string =>
  stack([service('web', `${programs}\n${command}\nexpose: ["8080"]`, `${page}, ${stops}`)]);
const stopping = (files: Files): Files => ({ ...files, 'app/check-stop.sh': checkStop });

const green = ['web/page'];
const hidden = [
  { name: 'other', url: 'http://web:8080/other', conditions: ['[BODY] == ok'] },
  { name: 'first', exec: ['cat', '/proc/1/comm'], conditions: ['[OUTPUT] != sh'] },
];

/** Shells that keep the signal to stop from the program that they start. */
export const stopSeeds: Seed[] = [
  {
    name: 'a start script that stays before its program',
    class: 'signal_not_passed',
    files: stopping({
      'compose.yaml': web('command: [sh, /app/run.sh]'),
      'app/run.sh':
        '#!/bin/sh\n# greets as this installation does\nexport GREETING=ok\npython3 server.py\n',
      'app/server.py': python(
        'import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))',
      ),
    }),
    green,
    end: 'proved',
    adds: ['exec python3 server.py'],
    hidden,
  },
  {
    name: 'a shell of several lines that stays before its program',
    class: 'signal_not_passed',
    files: stopping({
      'compose.yaml': web('command:\n  - sh\n  - -c\n  - |\n    umask 027\n    node server.js'),
      'app/server.js': node("process.on('SIGTERM', () => process.exit(0));"),
    }),
    green,
    end: 'proved',
    adds: ['exec node server.js'],
    hidden,
  },
];
