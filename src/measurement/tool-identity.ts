import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type { CaptureTool } from '../core/overrides/server.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import type { ToolIdentity } from './machine.ts';

/** How long a tool may take to say its version, milliseconds. */
const VERSION_TIMEOUT_MS = 20_000;

/** Says which program serves an architecture: its name, what it calls its version, and a digest of the file. */
export async function identifyTool(arch: Tuple, tool: CaptureTool, ownTool: string): Promise<ToolIdentity> {
  const own = tool.argv.includes(ownTool);
  const file = own ? ownTool : tool.argv[0];
  return {
    arch,
    kind: own ? 'own' : 'external',
    name: basename(file),
    version: await versionOf(tool),
    sha256: await digestOf(file),
  };
}

async function versionOf({ argv: [program, ...args] }: CaptureTool): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args, '--version'], {
      timeout: VERSION_TIMEOUT_MS,
    });
    return stdout.split('\n')[0]?.trim() ?? null;
  } catch {
    return null;
  }
}

async function digestOf(file: string): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch {
    return null;
  }
}
