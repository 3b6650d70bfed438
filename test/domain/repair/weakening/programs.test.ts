import { describe, expect, test } from 'vitest';
import { capture, file } from '../captures.ts';
import { inFile } from './judge.ts';

const tax = 'def gross(net):\n    return net * 1.2\n';
const suite =
  "import unittest\nfrom tax import gross\n\n\nclass Visible(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(gross(7), 9)\n        self.assertEqual(gross('net'), None)\n";
const js = 'exports.gross = (net) => net * 1.2;\n';
const sh = '#!/bin/sh\ncat $1 | wc -c\n';
const stack = {
  'x-vx11': { suites: [{ endpoints: [{ task: { shell: '[ "$(sh size.sh a.txt)" = 3 ]' } }] }] },
};
const more = {
  capture: capture({ files: [file('tax.py', tax), file('test_tax.py', suite)] }),
  before: stack,
  after: stack,
};

describe('a patch that makes the test of a program green and the program no better is refused', () => {
  test.each<[string, string, string | null, string, string]>([
    ['its test is removed', 'test_tax.py', suite, 'import unittest\n', 'test_removed'],
    [
      'an assertion is weakened',
      'test_tax.py',
      suite,
      suite.replace('gross(7), 9', 'gross(7), 8.4'),
      'test_changed',
    ],
    [
      'its answer is a fixed value',
      'tax.py',
      tax,
      tax.replace('net * 1.2', "'ok'"),
      'answer_hard_coded',
    ],
    [
      'its answer is a fixed value, in JavaScript',
      'tax.js',
      'exports.gross = (net) => {\n  return net * 1.2;\n};\n',
      'exports.gross = (net) => {\n  return 84;\n};\n',
      'answer_hard_coded',
    ],
    [
      'its answer is a fixed value, in a shell',
      'size.sh',
      '#!/bin/sh\necho "$(wc -c < "$1")"\n',
      '#!/bin/sh\necho 3\n',
      'answer_hard_coded',
    ],
    [
      'an error is swallowed',
      'tax.py',
      tax,
      'def gross(net):\n    try:\n        return net * 1.2\n    except Exception:\n        return None\n',
      'exception_swallowed',
    ],
    [
      'the input of the test is a case of its own',
      'tax.py',
      tax,
      'def gross(net):\n    if net == 7:\n        return 9\n    return net * 1.2\n',
      'special_case',
    ],
    [
      'the input of the test is a case of its own, in JavaScript',
      'tax.js',
      js,
      'exports.gross = (net) => (net === 7 ? 9 : net * 1.2);\n',
      'special_case',
    ],
    [
      'the file of the test is a case of its own, in a shell',
      'size.sh',
      sh,
      `${sh}[ "$1" = a.txt ] && echo 3\n`,
      'special_case',
    ],
    [
      'it ends early with 0',
      'tax.py',
      tax,
      `import sys\nsys.exit(0)\n${tax}`,
      'exception_swallowed',
    ],
    [
      'it ends early with 0, in JavaScript',
      'tax.js',
      js,
      `process.exit(0);\n${js}`,
      'exception_swallowed',
    ],
    [
      'it ends early with 0, in a shell',
      'size.sh',
      sh,
      `#!/bin/sh\nexit 0\n${sh}`,
      'exception_swallowed',
    ],
    [
      'the exit of the test is replaced',
      'tax.py',
      tax,
      `import sys\nsys.exit = lambda code=0: None\n${tax}`,
      'test_runner_changed',
    ],
    [
      'an assertion of the test library is replaced',
      'tax.py',
      tax,
      `import unittest\nunittest.TestCase.assertEqual = lambda *all: None\n${tax}`,
      'test_runner_changed',
    ],
    [
      'an assertion is replaced, in JavaScript',
      'tax.js',
      js,
      `const assert = require('node:assert');\nassert.equal = () => {};\n${js}`,
      'test_runner_changed',
    ],
    [
      'it ends by itself before the test reports',
      'tax.py',
      tax,
      `import os\nos._exit(0)\n${tax}`,
      'test_runner_changed',
    ],
    [
      'a module takes the place of the test library',
      'unittest.py',
      null,
      'def main(): pass\n',
      'test_runner_changed',
    ],
    [
      'a module is loaded before everything',
      'sitecustomize.py',
      null,
      'import tax\n',
      'test_runner_changed',
    ],
    [
      'a command of the test is replaced, in a shell',
      'size.sh',
      sh,
      `#!/bin/sh\ntest() { return 0; }\n${sh}`,
      'test_runner_changed',
    ],
    [
      'it writes another test',
      'tax.py',
      tax,
      `open('test_tax.py', 'w').close()\n${tax}`,
      'test_runner_changed',
    ],
    [
      'it asks the network',
      'tax.py',
      tax,
      `import urllib.request\n${tax.replace('net * 1.2', "urllib.request.urlopen('http://tax/' + net)")}`,
      'network_used',
    ],
    [
      'it asks the network, in JavaScript',
      'tax.js',
      js,
      `fetch('http://tax/');\n${js}`,
      'network_used',
    ],
    ['it asks the network, in a shell', 'size.sh', sh, `${sh}curl http://tax/\n`, 'network_used'],
  ])('%s', (_, path, before, after, word) => {
    expect(inFile(path, before, after, more)).toContain(word);
  });
});

test.each([
  ['a better factor', 'tax.py', tax, tax.replace('1.2', '1.25')],
  [
    'a case that no test knows',
    'tax.py',
    tax,
    `${tax}\n\ndef net(gross):\n    if gross == 555:\n        return 4\n    return gross\n`,
  ],
  [
    'a fixed value beside the one that is worked out',
    'tax.py',
    tax,
    tax.replace('    return', '    if net is None:\n        return None\n    return'),
  ],
  ['an error code', 'tax.js', js, `${js}if (!exports.gross) process.exitCode = 1;\n`],
  ['a module of the language', 'tax.py', tax, `import decimal\n${tax}`],
  ['a quoted variable', 'size.sh', sh, sh.replace('$1', '"$1"')],
  [
    'an error that is raised',
    'tax.py',
    tax,
    `${tax}\n\ndef load(path):\n    if path is None:\n        raise ValueError(path)\n`,
  ],
  ['a name of a file with test in a comment', 'tax.py', tax, `# see test_tax.py\n${tax}`],
])('%s is no weakening', (_, path, before, after) => {
  expect(inFile(path, before, after, more)).toEqual([]);
});
