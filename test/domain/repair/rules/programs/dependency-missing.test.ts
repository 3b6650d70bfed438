import { describe, expect, test } from 'vitest';
import type { CapturedFile } from '../../../../../domain/repair/capture.ts';
import { dependencyMissing } from '../../../../../domain/repair/rules/programs/dependency-missing.ts';
import { capture, exited, file, service } from '../../captures.ts';
import { fixed } from '../../a-capture.ts';

const fails = (files: CapturedFile[], ...logs: string[]) =>
  capture({
    services: [service('web', { logs, container: exited(1) })],
    files: [...capture().files, ...files],
  });
const noYaml = "ModuleNotFoundError: No module named 'yaml'";
const app = file('app.py', 'import os\nimport yaml\n');
const noExpress = "Error: Cannot find module 'express'";
const server = file('server.js', "const express = require('express');\n");
const lock = file(
  'package-lock.json',
  '{"packages":{"node_modules/express":{"version":"4.18.2"},"node_modules/redis":{"version":"4.6.0"}}}',
);

describe('a missing package is added in the version that a file of the stack names', () => {
  test.each<[string, CapturedFile[], string, Record<string, string>]>([
    [
      'constraints.txt, under another name',
      [app, file('requirements.txt', 'Flask==3.0.0\n'), file('constraints.txt', 'PyYAML==6.0.1\n')],
      noYaml,
      { 'requirements.txt': 'Flask==3.0.0\nPyYAML==6.0.1\n' },
    ],
    [
      'poetry.lock, into pyproject.toml',
      [
        app,
        file('pyproject.toml', '[project]\ndependencies = [\n  "flask==3.0.0",\n]\n'),
        file('poetry.lock', '[[package]]\nname = "pyyaml"\nversion = "6.0.2"\n'),
      ],
      noYaml,
      {
        'pyproject.toml': '[project]\ndependencies = [\n  "flask==3.0.0",\n  "pyyaml==6.0.2",\n]\n',
      },
    ],
    [
      'another list, without a newline at the end',
      [
        app,
        file('requirements.txt', 'Flask==3.0.0'),
        file('requirements-dev.txt', 'pyyaml==6.0.1 # x\n'),
      ],
      noYaml,
      { 'requirements.txt': 'Flask==3.0.0\npyyaml==6.0.1' },
    ],
    [
      'CRLF stays',
      [
        app,
        file('requirements.txt', 'Flask==3.0.0\r\n'),
        file('constraints.txt', 'PyYAML==6.0.1\r\n'),
      ],
      "ModuleNotFoundError: No module named 'yaml'",
      { 'requirements.txt': 'Flask==3.0.0\r\nPyYAML==6.0.1\r\n' },
    ],
    [
      'an archive beside it',
      [
        file('app.py', 'from PIL import Image\n'),
        file('requirements.txt', ''),
        file('wheels/pillow-10.2.0-cp312-linux_x86_64.whl', null),
      ],
      "ModuleNotFoundError: No module named 'PIL'",
      { 'requirements.txt': 'pillow==10.2.0\n' },
    ],
    [
      'Pipfile.lock, of a part of a module',
      [
        file('app.py', 'import cv2.aruco\n'),
        file('Pipfile', '[packages]\nflask = "*"\n'),
        file(
          'Pipfile.lock',
          '{"default": {"opencv-python": {"hashes": ["a"], "version": "==4.9.0"}}}',
        ),
      ],
      "ModuleNotFoundError: No module named 'cv2.aruco'",
      { Pipfile: '[packages]\nopencv-python = "==4.9.0"\nflask = "*"\n' },
    ],
    [
      'package-lock.json',
      [
        server,
        file(
          'package.json',
          '{\n  "name": "a",\n  "dependencies": {\n    "redis": "4.6.0"\n  }\n}\n',
        ),
        lock,
      ],
      noExpress,
      {
        'package.json':
          '{\n  "name": "a",\n  "dependencies": {\n    "redis": "4.6.0",\n    "express": "4.18.2"\n  }\n}\n',
      },
    ],
    [
      'package-lock.json, of an ES module, where nothing is listed yet',
      [
        file('server.mjs', "import express from 'express';\n"),
        file('package.json', '{\n  "name": "a"\n}\n'),
        lock,
      ],
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'express' imported from /app/server.mjs",
      {
        'package.json': '{\n  "name": "a",\n  "dependencies": {\n    "express": "4.18.2"\n  }\n}\n',
      },
    ],
    [
      'yarn.lock, with a scope',
      [
        file('a.js', "require('@acme/log/fast');\n"),
        file('package.json', '{"dependencies":{"x":"1.0.0"}}'),
        file('yarn.lock', '"@acme/log@^2.0.0":\n  version "2.1.3"\n'),
      ],
      "Error: Cannot find module '@acme/log/fast'",
      { 'package.json': '{"dependencies":{"x":"1.0.0", "@acme/log": "2.1.3"}}' },
    ],
    [
      'devDependencies',
      [
        server,
        file(
          'package.json',
          '{\n  "dependencies": {},\n  "devDependencies": {\n    "express": "^4.18.2"\n  }\n}\n',
        ),
      ],
      noExpress,
      {
        'package.json':
          '{\n  "dependencies": {\n    "express": "^4.18.2"\n  },\n  "devDependencies": {\n    "express": "^4.18.2"\n  }\n}\n',
      },
    ],
    [
      'a name that is misspelled keeps its version',
      [server, file('package.json', '{"dependencies":{"expres":"4.18.2"}}')],
      noExpress,
      { 'package.json': '{"dependencies":{"express":"4.18.2"}}' },
    ],
    [
      'of several lists, that of the program that imports it',
      [
        file('web/app.py', 'import yaml\n'),
        file('web/requirements.txt', 'flask==3.0.0\n'),
        file('job/requirements.txt', 'PyYAML==6.0.1\n'),
      ],
      noYaml,
      { 'web/requirements.txt': 'flask==3.0.0\nPyYAML==6.0.1\n' },
    ],
  ])('%s', (_, files, log, after) => {
    expect(fixed(dependencyMissing, fails(files, 'Traceback', log, ''))).toEqual(after);
  });
});

test('a version is never invented, and a package that is listed is not added', () => {
  const requirements = file('requirements.txt', 'Flask\n');
  expect(fixed(dependencyMissing, fails([app, requirements], noYaml))).toBe('needs_value');
  const listed = file('requirements.txt', 'pyyaml==6.0.1\n');
  expect(fixed(dependencyMissing, fails([app, listed], noYaml))).toBe('advice');
  expect(fixed(dependencyMissing, fails([app], noYaml))).toBe('needs_value');
});

test.each<[string, CapturedFile[], string]>([
  [
    'a module of the program itself',
    [file('utils/db.py', 'x = 1\n')],
    "ModuleNotFoundError: No module named 'utils'",
  ],
  [
    'a module in another case',
    [file('Utils.py', 'x = 1\n')],
    "ModuleNotFoundError: No module named 'utils'",
  ],
  ['a path', [server], "Error: Cannot find module './lib/db'"],
  ['an absolute path', [server], "Error: Cannot find module '/app/server.js'"],
  ['a module that Python no longer has', [], "ModuleNotFoundError: No module named 'distutils'"],
  ['a part of a module of Node', [], "Error: Cannot find module 'fs/promise'"],
  ['a log that is calm', [server], 'listening on 8080'],
])('%s is no missing package', (_, files, log) => {
  const lists = [file('requirements.txt', ''), file('package.json', '{}'), lock];
  expect(fixed(dependencyMissing, fails([...files, ...lists], log))).toBe('silent');
});

test('a neighbour that no red check needs is not blamed', () => {
  const other = service('other', { logs: [noYaml], container: exited(1) });
  const stack = capture({ services: [service('web'), other], files: [app] });
  expect(fixed(dependencyMissing, stack)).toBe('silent');
});
