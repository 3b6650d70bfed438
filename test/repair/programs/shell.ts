import type { Program } from './program.ts';

const lines = (...all: string[]): string => `${all.join('\n')}\n`;
/** A service whose container has the tools, and a check that runs one there. */
const tool = (program: string) => ({
  services: { tools: { volumes: ['./tools:/tools'] } },
  check: { exec: [`/tools/${program}`], container: 'tools', conditions: ['[OUTPUT] == ready'] },
});

export const shellPrograms: readonly Program[] = [
  {
    name: 'Windows line ends',
    language: 'shell',
    by: 'rule',
    files: {
      'backup/backup.sh': 'set -e\r\nfor name in a b; do\r\n  echo "$name.bak"\r\ndone\r\n',
      'backup/test.sh': lines('set -e', '[ "$(sh backup.sh | tail -n 1)" = b.bak ]'),
    },
    check: { task: { shell: 'cd backup && sh test.sh', files: ['backup'] } },
    hidden:
      'cd backup && [ "$(sh backup.sh | head -n 1)" = a.bak ] && [ "$(sh backup.sh | wc -l)" = 2 ]',
  },
  {
    name: 'the name of a variable',
    language: 'shell',
    by: 'rule',
    files: {
      'paths/paths.sh': lines('set -eu', '. ./paths.env', 'echo "$REPORT_FOLDR/$1"'),
      'paths/paths.env': lines('REPORT_FOLDER=out/reports', 'KEEP_DAYS=7'),
      'paths/test.sh': lines('set -e', '[ "$(sh paths.sh a)" = out/reports/a ]'),
    },
    check: { task: { shell: 'cd paths && sh test.sh', files: ['paths'] } },
    hidden: 'cd paths && [ "$(sh paths.sh b.txt)" = out/reports/b.txt ]',
  },
  {
    name: 'a list in another folder',
    language: 'shell',
    by: 'rule',
    files: {
      'hosts/hosts.sh': lines('set -e', 'cat hosts.txt | grep -c .'),
      'hosts/etc/hosts.txt': lines('one', 'two'),
      'hosts/test.sh': lines('set -e', '[ "$(sh hosts.sh)" = 2 ]'),
    },
    check: { task: { shell: 'cd hosts && sh test.sh', files: ['hosts'] } },
    hidden: 'cd hosts && echo three >> etc/hosts.txt && [ "$(sh hosts.sh)" = 3 ]',
  },
  {
    name: 'a function under another name',
    language: 'shell',
    by: 'rule',
    files: {
      'log/log.sh': lines('. ./lib.sh', 'set -e', 'write_lien "$1"'),
      'log/lib.sh': lines('write_line() {', '  echo "log: $1"', '}'),
      'log/test.sh': lines('set -e', '[ "$(sh log.sh a)" = "log: a" ]'),
    },
    check: { task: { shell: 'cd log && sh test.sh', files: ['log'] } },
    hidden: 'cd log && [ "$(sh log.sh "b c")" = "log: b c" ]',
  },
  {
    name: 'a redirection of bash',
    language: 'shell',
    by: 'rule',
    files: {
      'loud/loud.sh': lines('set -e', 'tr a-z A-Z <<< "$1"'),
      'loud/test.sh': lines('set -e', '[ "$(sh loud.sh fast)" = FAST ]'),
    },
    check: { task: { shell: 'cd loud && sh test.sh', files: ['loud'] } },
    hidden: 'cd loud && [ "$(sh loud.sh "a %d  b")" = "A %D  B" ]',
  },
  {
    name: 'a script without the right to run',
    language: 'shell',
    by: 'rule',
    files: { 'tools/ready.sh': lines('#!/bin/sh', 'echo ready') },
    modes: { 'tools/ready.sh': 0o644 },
    ...tool('ready.sh'),
    hidden: '[ "$(sh tools/ready.sh)" = ready ]',
  },
  {
    name: 'an interpreter that the image lacks',
    language: 'shell',
    by: 'rule',
    files: { 'tools/ready.sh': lines('#!/usr/bin/bash', 'echo ready') },
    modes: { 'tools/ready.sh': 0o755 },
    ...tool('ready.sh'),
    hidden: '[ "$(sh tools/ready.sh)" = ready ] && head -n 1 tools/ready.sh | grep -q "/sh$"',
  },
  {
    name: 'a name with a blank',
    language: 'shell',
    by: 'template',
    files: {
      'size/size.sh': lines('set -e', 'cat $1 | wc -c'),
      'size/two words.txt': 'abc',
      'size/test.sh': lines('set -e', '[ "$(sh size.sh "two words.txt")" -eq 3 ]'),
    },
    check: { task: { shell: 'cd size && sh test.sh', files: ['size'] } },
    hidden:
      'cd size && printf 12345 > "/tmp/a b c" && [ "$(sh size.sh "/tmp/a b c")" -eq 5 ] && [ "$(sh size.sh size.sh)" -gt 5 ]',
  },
  {
    name: 'an exit code that is swallowed',
    language: 'shell',
    by: 'template',
    files: {
      'valid/valid.sh': lines('grep -q "^id," "$1" || true'),
      'valid/good.csv': lines('id,name', '1,a'),
      'valid/bad.csv': lines('name', 'a'),
      'valid/test.sh': lines('sh valid.sh good.csv || exit 1', '! sh valid.sh bad.csv'),
    },
    check: { task: { shell: 'cd valid && sh test.sh', files: ['valid'] } },
    hidden: 'cd valid && sh valid.sh good.csv && ! sh valid.sh /tmp/none 2> /tmp/said',
  },
  {
    name: 'a script that goes on after an error',
    language: 'shell',
    by: 'template',
    files: {
      'copy/copy.sh': lines('#!/bin/sh', 'cp "$1" /tmp/copied', 'echo "copied $1"'),
      'copy/a.txt': 'a\n',
      'copy/test.sh': lines(
        '[ "$(sh copy.sh a.txt)" = "copied a.txt" ] || exit 1',
        '! sh copy.sh nothing.txt',
      ),
    },
    check: { task: { shell: 'cd copy && sh test.sh', files: ['copy'] } },
    hidden:
      'cd copy && [ -z "$(sh copy.sh nothing.txt 2> /dev/null)" ] && sh copy.sh a.txt && cmp a.txt /tmp/copied',
  },
];
