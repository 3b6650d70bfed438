import { node, python } from './programs.ts';
import { page, programs, second, tiny, web, www, type Seed } from './seed.ts';

const py = (settings = ''): string =>
  web(`${programs}\ncommand: [python3, server.py]\nexpose: ["8080"]${settings}`);
const queue = python("print('queue', os.environ['QUEUE'], flush=True)");
const ok = [{ name: 'other', url: 'http://web:8080/other', conditions: ['[BODY] == ok'] }];
const greeting = (text: string) => [
  { name: 'greeting', url: 'http://web:8080/', conditions: [`[BODY] == ${text}`] },
];

/** Variables, flags and values. */
export const settingSeeds: Seed[] = [
  {
    name: 'a variable that only the example has',
    class: 'env_missing',
    files: {
      'compose.yaml': py('\nenvironment:\n  MODE: fast'),
      'app/server.py': queue,
      '.env.example': 'QUEUE=jobs\n',
    },
    end: 'proved',
    adds: ['QUEUE: jobs'],
    hidden: ok,
    quick: true,
  },
  {
    name: 'an env file that the service does not read',
    class: 'env_missing',
    files: { 'compose.yaml': py(), 'app/server.py': queue, 'web.env': 'QUEUE=jobs\n' },
    end: 'proved',
    adds: ['env_file: [web.env]'],
    hidden: ok,
  },
  {
    name: 'a variable with a typo',
    class: 'env_missing',
    files: { 'compose.yaml': py('\nenvironment:\n  QUEEU: jobs'), 'app/server.py': queue },
    end: 'proved',
    adds: ['QUEUE: jobs'],
    hidden: ok,
  },
  {
    name: 'a program of Node that misses a variable of the example',
    class: 'env_missing',
    files: {
      'compose.yaml': web(
        `${programs}\ncommand: [node, server.js]\nexpose: ["8080"]\nenvironment:\n  MODE: fast`,
      ),
      'app/server.js': node("if (!process.env.GREETING) throw new Error('GREETING is not set');"),
      '.env.example': 'GREETING=welcome\n',
    },
    end: 'proved',
    adds: ['GREETING: welcome'],
    hidden: greeting('welcome'),
  },
  {
    name: 'a variable whose value nobody knows',
    class: 'env_missing',
    files: { 'compose.yaml': py(), 'app/server.py': queue },
    end: 'needs_value',
    quick: true,
  },
  {
    name: 'a variable for which there is only a placeholder',
    class: 'env_missing',
    files: {
      'compose.yaml': py(),
      'app/server.py': python("print(len(os.environ['API_TOKEN']), flush=True)"),
      '.env.example': 'API_TOKEN=changeme\n',
    },
    end: 'needs_value',
  },
  {
    name: 'a flag with a typo',
    class: 'bad_flag',
    files: {
      'compose.yaml': web(
        `${programs}\ncommand: [python3, serve.py, --prot, "8080"]\nexpose: ["8080"]`,
      ),
      'app/serve.py': python(
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--port', default='8080')\nparser.add_argument('--greeting')\nos.environ['PORT'] = parser.parse_args().port",
      ),
    },
    end: 'proved',
    adds: ['command: [python3, serve.py, --port, "8080"]'],
    hidden: ok,
  },
  {
    name: 'a flag with a typo in a command line',
    class: 'bad_flag',
    files: {
      'compose.yaml': web(
        `${programs}\ncommand: python3 serve.py --greting=hello --port 8080\nexpose: ["8080"]`,
      ),
      'app/serve.py': python(
        "import argparse\nparser = argparse.ArgumentParser(allow_abbrev=False)\nparser.add_argument('--port', default='8080')\nparser.add_argument('--greeting')\nos.environ['GREETING'] = parser.parse_args().greeting",
      ),
    },
    end: 'proved',
    adds: ['command: python3 serve.py --greeting=hello --port 8080'],
    hidden: greeting('hello'),
  },
  {
    name: 'a version that YAML reads as a number',
    class: 'yaml_scalar',
    files: {
      'compose.yaml': py('\nenvironment:\n  API_VERSION: 1.10'),
      'app/server.py': python(
        "version = os.environ['API_VERSION']\nif version not in ('1.9', '1.10'):\n    raise ValueError(f'API_VERSION {version} is not supported')",
      ),
    },
    end: 'proved',
    adds: ['API_VERSION: "1.10"'],
    hidden: ok,
  },
  {
    name: 'a mode that YAML reads as an octal number',
    class: 'yaml_scalar',
    files: {
      'compose.yaml': py('\nenvironment:\n  FILE_MODE: 0750'),
      'app/server.py': python(
        "mode = os.environ['FILE_MODE']\nif not mode.startswith('0'):\n    raise SystemExit(f'FILE_MODE {mode}: not an octal mode')",
      ),
    },
    end: 'proved',
    adds: ['FILE_MODE: "0750"'],
    hidden: ok,
  },
  {
    name: 'a dollar in a value',
    class: 'unescaped_dollar',
    files: {
      'compose.yaml': py('\nenvironment:\n  SALT: pa$ret7'),
      'app/server.py': python(
        "if len(os.environ['SALT']) != 7:\n    raise SystemExit('SALT has the wrong length')",
      ),
    },
    end: 'proved',
    // the value is a secret, so it is not shown
    adds: ['SALT: ••$$••••'],
    hidden: ok,
  },
  {
    name: 'a variable of the shell in a command',
    class: 'unescaped_dollar',
    files: {
      'compose.yaml': web(
        `${tiny}\ncommand: [sh, -c, 'port=8080; exec httpd -f -p "$port" -h /www']\nvolumes: ["./www:/www:ro"]\nexpose: ["8080"]`,
        page,
      ),
      ...www,
    },
    end: 'proved',
    adds: [`command: [sh, -c, 'port=8080; exec httpd -f -p "$$port" -h /www']`],
    hidden: second,
  },
];
