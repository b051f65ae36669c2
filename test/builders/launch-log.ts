/** An event of launch-tracer.c; its strings, each ended with NUL, and how long they are, where it has any. */
export function anEvent(line: string, strings: readonly string[] = []): string {
  if (!/^asked|^executed/.test(line)) return `${line}\n`;
  const payload = line.startsWith('executed')
    ? strings.join('')
    : strings.map((word) => `${word}\0`).join('');
  return Buffer.from(`${line} ${Buffer.byteLength(payload)}\n${payload}`).toString('latin1');
}

/** A task asks for a program and gets it. */
export function anExec(task: number, argv: readonly string[], { folder = '/', caller = task } = {}): string {
  return asks(caller, argv) + anEvent(`executed ${task} ${caller}`, [folder]);
}

/** A task asks for a program. */
export function asks(task: number, argv: readonly string[]): string {
  return anEvent(`asked ${task} 1700000000000001 whole ${argv.length} 0`, [argv[0] ?? '', '', ...argv]);
}

/** A whole log: its events between beginning and end of the command. */
export function aLaunchLog(...events: readonly string[]): string {
  return [
    'launch-tracer 1\n',
    anExec(10, ['/bin/root']),
    ...events,
    anEvent('ended 10 1700000000000009 exited 0'),
    'over\n',
  ].join('');
}
