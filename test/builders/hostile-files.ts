import { symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { outputOf } from './programs.ts';

/** Things that lie where a file should be, each put at a path. Opening some of them would wait for ever. */
export const NOT_FILES: readonly {
  readonly what: string;
  readonly put: (path: string) => void | Promise<void>;
}[] = [
  {
    what: 'a FIFO that nobody writes to',
    put: (path) => {
      outputOf('mkfifo', [path]);
    },
  },
  {
    what: 'an endless device',
    put: (path) => {
      symlinkSync('/dev/zero', path);
    },
  },
  { what: 'a socket', put: listenAt },
];

/** The socket file stays when its server is gone. */
async function listenAt(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  // Closing would remove the file; a server that is not referenced does not keep the test running.
  server.unref();
}
