import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CaptureTool } from '../core/overrides/server.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import { askProgram } from '../launch/ask-program.ts';
import { VERSION } from '../version.ts';
import type { ToolIdentity } from './machine-description.ts';

/** Says which program serves an architecture: its name, what it calls its version, and a digest of the file. */
export async function identifyTool(
  arch: Tuple,
  name: string | null,
  tool: CaptureTool,
): Promise<ToolIdentity> {
  const { kind, file } = tool;
  return {
    arch,
    tool: name,
    kind,
    name: basename(file),
    version: kind === 'external' ? await versionOf(tool) : VERSION,
    sha256: await digestOfTool(file),
  };
}

async function versionOf({ argv }: CaptureTool): Promise<string | null> {
  const answer = await askProgram([...argv, '--version']);
  return answer?.split('\n', 1)[0]?.trim() ?? null;
}

/** SHA-256 of a tool's file; null where it cannot be read. */
export async function digestOfTool(file: string): Promise<string | null> {
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}
