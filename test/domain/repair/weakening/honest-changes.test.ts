import { expect, test } from 'vitest';
import { capture, file } from '../captures.ts';
import { inFile } from './judge.ts';

const app =
  'import json\n\ndef price(cents):\n    return cents / 100\n\ndef load(path):\n    return json.load(open(path))\n';
const suite =
  "from app import price\n\ndef test_price():\n    assert price(1999) == '19.99'\n\ndef test_zero():\n    assert price(0) == '0.00'\n";
const withTests = {
  capture: capture({ files: [file('app.py', app), file('test_app.py', suite)] }),
};

test.each<[string, string, string, string]>([
  ['a comparison', 'app.py', 'if a < b:\n    pass\n', 'if a <= b:\n    pass\n'],
  ['an await', 'app.js', 'const r = fetch(u);\n', 'const r = await fetch(u);\n'],
  ['an encoding', 'app.py', 'open(p)\n', "open(p, encoding='utf-8')\n"],
  [
    'a default argument',
    'app.py',
    'def f(a, b=[]):\n    return b\n',
    'def f(a, b=None):\n    return b or []\n',
  ],
  [
    'parameters of SQL',
    'app.py',
    'db.execute(f"SELECT * FROM t WHERE n = \'{n}\'")\n',
    "db.execute('SELECT * FROM t WHERE n = ?', (n,))\n",
  ],
  ['rounding', 'app.py', 'return cents / 100\n', "return f'{cents / 100:.2f}'\n"],
  [
    'a handler that does something',
    'app.py',
    'load(p)\n',
    'try:\n    load(p)\nexcept FileNotFoundError:\n    create(p)\n    load(p)\n',
  ],
  [
    'an exception that is raised again',
    'app.py',
    'f()\n',
    'try:\n    f()\nexcept Exception as e:\n    raise AppError(p) from e\n',
  ],
  [
    'a catch that answers 500',
    'app.js',
    'f();\n',
    'try { f(); } catch (e) { res.writeHead(500); }\n',
  ],
  [
    'exec in a script',
    'start.sh',
    '#!/bin/sh\nset -e\nnode app.js\n',
    '#!/bin/sh\nset -e\nexec node app.js\n',
  ],
  ['a dependency', 'requirements.txt', 'flask==3.0.0\n', 'flask==3.0.0\nPyYAML==6.0.1\n'],
  ['a path', 'app.js', "require('./Lib/db');\n", "require('./lib/db');\n"],
  ['quotes', 'start.sh', '#!/bin/sh\ncp $1 $2\n', '#!/bin/sh\ncp "$1" "$2"\n'],
  ['line ends', 'start.sh', '#!/bin/sh\r\nset -e\r\nexec app\r\n', '#!/bin/sh\nset -e\nexec app\n'],
  ['the user of an image', 'Dockerfile', 'FROM a:1\nRUN x\n', 'FROM a:1\nRUN x\nUSER app\n'],
])('an honest change stays: %s', (_, path, before, after) => {
  expect(inFile(path, before, after, withTests)).toEqual([]);
});
